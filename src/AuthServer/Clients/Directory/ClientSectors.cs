using System.Text.Json;
using AuthServer.Outbound;

namespace AuthServer.Clients.Directory;

/// <summary>
/// The redirect addresses of a sector, as it publishes them at <c>sector_identifier_uri</c> (OpenID Connect Core 8.1), fetched and kept.
/// </summary>
/// <remarks>Otherwise a client could name the sector of another, and learn what that one calls a person.</remarks>
public sealed partial class ClientSectors
{
    private readonly FetchedDocuments<string[]> _fetched;

    public ClientSectors(SafeHttp http, TimeProvider time, ILogger<ClientSectors> log) => _fetched = new(
        http, address => new(address) { MediaTypes = ["application/json"] }, Parse, FetchLimits.Usual, time,
        (address, fault) => LogNotFetched(log, address, fault));

    /// <summary>Whether the sector of the client has this redirect address; true for a client whose sector is its own host.</summary>
    public async ValueTask<bool> HasAsync(RegisteredClient client, string redirectUri, CancellationToken cancellationToken) =>
        client.Tokens.SectorIdentifierUri is not { } address || client.Sector is null
        || (await _fetched.GetAsync(new Uri(address), cancellationToken)).Document?.Contains(redirectUri) == true;

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
