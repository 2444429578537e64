using System.Text.Json;
using AuthServer.Clients.Metadata;
using AuthServer.Outbound;

namespace AuthServer.Clients.Directory;

/// <summary>
/// The redirect addresses of a sector, as it publishes them at <c>sector_identifier_uri</c> (OpenID Connect Core 8.1), fetched and kept.
/// </summary>
/// <remarks>Otherwise a client could name the sector of another, and learn what that one calls a person.</remarks>
public sealed partial class ClientSectors
{
    private readonly SafeHttp _http;
    private readonly FetchedDocuments<string[]> _fetched;

    public ClientSectors(SafeHttp http, TimeProvider time, ILogger<ClientSectors> log)
    {
        _http = http;
        _fetched = new(http, NewRequest, Parse, FetchLimits.Usual, time, (address, fault) => LogNotFetched(log, address, fault));
    }

    /// <summary>Whether the sector of the client has this redirect address; true for a client whose sector is its own host.</summary>
    public async ValueTask<bool> HasAsync(RegisteredClient client, string redirectUri, CancellationToken cancellationToken)
    {
        if (client.Tokens.SectorIdentifierUri is not { } text || client.Sector is null) return true;
        var address = new Uri(text);
        return (await _fetched.GetAsync(address, cancellationToken)).Document?.Contains(redirectUri) == true
            // The list may be older than the client.
            || (await _fetched.GetAgainAsync(address, cancellationToken)).Document?.Contains(redirectUri) == true;
    }

    /// <summary>What is wrong with the sector that a client names when it is registered (OpenID Connect Dynamic Registration 5).</summary>
    /// <returns>Null: it has all redirect addresses, or the client names none.</returns>
    public async ValueTask<MetadataProblem?> FaultOfAsync(ClientMetadata client, CancellationToken cancellationToken)
    {
        if (client.Tokens.SectorIdentifierUri is not { } address) return null;
        // What the sector says now counts, whatever is kept of it.
        var answer = await _http.SendAsync(NewRequest(new(address)), cancellationToken);
        var listed = answer is OutboundAnswer.Answered { IsSuccess: true } answered ? Parse(answered) : null;
        return listed is null ? new(TokenMetadata.SectorMember, "could not be read as a list of redirect addresses")
            : client.RedirectUris.All(listed.Contains) ? null
            : new(TokenMetadata.SectorMember, "does not list every one of redirect_uris (OpenID Connect Core 8.1)");
    }

    private static OutboundRequest NewRequest(Uri address) => new(address) { MediaTypes = ["application/json"] };

    private static string[]? Parse(OutboundAnswer.Answered answer)
    {
        try
        {
            return JsonSerializer.Deserialize<string[]>(answer.Body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The sector of a client cannot be fetched from {Address}: {Fault}")]
    private static partial void LogNotFetched(ILogger logger, Uri address, string fault);
}
