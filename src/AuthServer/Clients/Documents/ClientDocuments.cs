using System.Security.Cryptography;
using System.Text;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Registration;
using AuthServer.Clients.Secrets;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.Outbound;

namespace AuthServer.Clients.Documents;

/// <summary>
/// Documents in which clients describe themselves (draft-ietf-oauth-client-id-metadata-document), fetched from the address that is the
/// client id, and kept.
/// </summary>
public sealed partial class ClientDocuments
{
    // Section 8.7 of the draft recommends it.
    private const int LongestDocument = 5 * 1024;

    /// <summary>
    /// An address that was taken away counts no longer than an hour. A failure is no answer that is kept, it only spaces out the next try;
    /// and no document serves after its time, because its publisher may have withdrawn it.
    /// </summary>
    private static readonly FetchLimits Limits = FetchLimits.Usual with
    {
        Longest = TimeSpan.FromHours(1), Failure = TimeSpan.FromSeconds(5), Stale = TimeSpan.Zero,
    };

    private readonly ClientDocumentOptions _options;
    private readonly OutboundOptions _outbound;
    private readonly IssuerOptions _issuer;
    private readonly ClientSecrets _secrets;
    private readonly StrangersFetches _strangers;
    private readonly FetchedDocuments<ClientDocument> _fetched;
    private readonly ILogger _log;

    public ClientDocuments(
        ClientDocumentOptions options, ClientRegistrationOptions registration, OutboundOptions outbound, IssuerOptions issuer,
        ClientSecrets secrets, SafeHttp http, TimeProvider time, ILogger<ClientDocuments> log)
    {
        (_options, _outbound, _issuer, _secrets, _strangers, _log) = (options, outbound, issuer, secrets, new(time), log);
        _fetched = new(
            // A host inside must be named in both lists: otherwise any stranger could have it asked.
            options.AllowedDomains.Count > 0 ? http : http.OfPublicHosts,
            address => new(address) { MediaTypes = ["application/json"], MediaSuffix = "+json", LongestBody = LongestDocument },
            (address, answer) =>
            {
                var (document, fault) = ClientDocument.Read(address, answer, registration, time.GetUtcNow().UtcDateTime);
                if (fault is not null) LogNotTaken(log, address.AbsoluteUri, fault);
                return document;
            },
            Limits, time, (address, fault) => LogNotFetched(log, address.AbsoluteUri, fault));
    }

    /// <inheritdoc cref="DocumentLookup"/>
    internal async ValueTask<DocumentFinding> FindAsync(string clientId, bool isKept)
    {
        if (!_options.IsOn) return default;
        var (address, fault) = DocumentAddress.Read(clientId);
        if (address is null)
        {
            LogNoAddress(_log, clientId.Length <= DocumentAddress.Longest ? clientId : clientId[..DocumentAddress.Longest] + "...", fault);
            return default;
        }

        if (!_options.Takes(address.IdnHost) || IsOwn(address)) return default;

        if (!isKept && !_fetched.Has(address))
        {
            var asker = AskingAddress.Network;
            var share = _strangers.Take(asker, address.IdnHost);
            if (share != FetchShare.Granted)
            {
                return new(IsTaken: true, null) { RefusedTo = share == FetchShare.AskerHadTheirs ? asker : null };
            }
        }

        var fetched = await _fetched.GetAsync(address, CancellationToken.None);
        return new(IsTaken: true, fetched.Document is { } document ? RowOf(clientId, document) : null);
    }

    // This server publishes nothing of the kind, and a request to itself would wait for the one that it answers.
    private bool IsOwn(Uri address) => string.Equals(address.IdnHost, _issuer.Issuer.IdnHost, StringComparison.OrdinalIgnoreCase)
        && (address.Port == _issuer.Issuer.Port || !_outbound.Allowed.HasHost(address.IdnHost, address.Port));

    private Client RowOf(string clientId, ClientDocument document)
    {
        var row = ClientRegistration.NewClient(IdOf(clientId), clientId, document.Metadata, secret: null, _secrets);
        row.Properties = ClientColumns.WriteDocument(document.Metadata.Json, new(document.FetchedAt, KeptAt: null));
        return row;
    }

    // The same before there is a row and afterwards, on every replica: a page that somebody is reading knows the client by it.
    private static Guid IdOf(string clientId)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes("client document\0" + clientId));
        // RFC 9562 section 5.8: an id of one's own making.
        hash[6] = (byte)((hash[6] & 0x0f) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new(hash.AsSpan(0, 16), bigEndian: true);
    }

    // The directory has let visible ASCII alone pass.
    [LoggerMessage(Level = LogLevel.Information, Message = "The client id {Address} is no address of a document: {Fault}")]
    private static partial void LogNoAddress(ILogger logger, string address, string? fault);

    [LoggerMessage(Level = LogLevel.Information, Message = "The document of the client {Address} is not taken: {Fault}")]
    private static partial void LogNotTaken(ILogger logger, string address, string fault);

    [LoggerMessage(Level = LogLevel.Information, Message = "The document of the client {Address} is not there: {Fault}")]
    private static partial void LogNotFetched(ILogger logger, string address, string fault);
}
