using AuthServer.Clients.Directory;
using AuthServer.RateLimits;

namespace AuthServer.Protocol.ClientProof;

/// <summary>
/// Counts the requests of a client that has just proved who it is. A public client proves nothing: others could use up its count.
/// </summary>
public sealed class ClientRequestLimit(ClientLimit limit)
{
    /// <returns>Null when the request may go on; a refused one does not count.</returns>
    public ValueTask<TimeSpan?> TakeAsync(RegisteredClient client) => client.IsPublic ? default : limit.TakeAsync(client.ClientId);
}
