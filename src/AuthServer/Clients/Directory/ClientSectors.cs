using System.Collections.Immutable;
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
    private readonly ClientTrust _trust;
    private readonly FetchedDocuments<string[]> _fetched, _ofStrangers;

    public ClientSectors(SafeHttp http, ClientTrust trust, TimeProvider time, ILogger<ClientSectors> log)
    {
        (_trust, _fetched, _ofStrangers) = (trust, NewCache(http), NewCache(http.OfPublicHosts));
        FetchedDocuments<string[]> NewCache(SafeHttp by) =>
            new(by, NewRequest, Parse, FetchLimits.Usual, time, (address, fault) => LogNotFetched(log, address, fault));
    }

    /// <summary>Whether the sector of the client has this redirect address; true for a client whose sector is its own host.</summary>
    public async ValueTask<bool> HasAsync(RegisteredClient client, string redirectUri, CancellationToken cancellationToken)
    {
        if (client.Tokens.SectorIdentifierUri is not { } text || client.Sector is null) return true;
        return await ListsAsync(client, new Uri(text), [redirectUri], cancellationToken);
    }

    /// <summary>
    /// Whether the sector of a client that sends nobody anywhere has all of its addresses; true for a client without sector_identifier_uri.
    /// </summary>
    public async ValueTask<bool> HasAllAsync(RegisteredClient client, CancellationToken cancellationToken) =>
        client.Tokens.SectorIdentifierUri is not { } text || client.Sector is null || await ListsAsync(
            client, new Uri(text), AddressesOf(client.RedirectUris, client.Ciba, client.JwksUri?.OriginalString), cancellationToken);

    /// <summary>What the document of a sector has to list.</summary>
    /// <remarks>
    /// OpenID Connect Core 8.1: every redirect address. CIBA Core 4: the address at which the client is called back; of a client that has
    /// neither, the address of its keys.
    /// </remarks>
    internal static IReadOnlyList<string> AddressesOf(ImmutableArray<string> redirectUris, CibaMetadata ciba, string? jwksUri)
    {
        List<string> addresses = [.. redirectUris];
        if (ciba.NotificationEndpoint is { } endpoint) addresses.Add(endpoint);
        if (addresses.Count == 0 && jwksUri is not null) addresses.Add(jwksUri);
        return addresses;
    }

    private async ValueTask<bool> ListsAsync(
        RegisteredClient client, Uri sector, IReadOnlyList<string> addresses, CancellationToken cancellationToken)
    {
        var fetched = _trust.MayNameInside(client, sector) ? _fetched : _ofStrangers;
        return Lists((await fetched.GetAsync(sector, cancellationToken)).Document)
            // The list may be older than the client.
            || Lists((await fetched.GetAgainAsync(sector, cancellationToken)).Document);

        bool Lists(string[]? listed) => listed is not null && addresses.All(listed.Contains);
    }

    /// <summary>What is wrong with the sector that a client names when it is registered (OpenID Connect Dynamic Registration 5).</summary>
    /// <returns>Null: it has all redirect addresses, or the client names none.</returns>
    /// <param name="isVouchedFor">Whether somebody answers for it (<see cref="Vouching"/>).</param>
    public async ValueTask<MetadataProblem?> FaultOfAsync(ClientMetadata client, bool isVouchedFor, CancellationToken cancellationToken)
    {
        if (client.Tokens.SectorIdentifierUri is not { } text) return null;
        // What the sector says now counts, whatever is kept of it.
        var address = new Uri(text);
        var answer = await _trust.HttpFor(isVouchedFor, address).SendAsync(NewRequest(address), cancellationToken);
        var listed = answer is OutboundAnswer.Answered { IsSuccess: true } answered ? Parse(answered) : null;
        return listed is null ? new(TokenMetadata.SectorMember, "could not be read as a list of redirect addresses")
            : AddressesOf(client.RedirectUris, client.Ciba, client.JwksUri).FirstOrDefault(one => !listed.Contains(one)) is { } missing
                ? new(TokenMetadata.SectorMember, $"does not list {missing} (OpenID Connect Core 8.1, CIBA Core 4)")
                : null;
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
