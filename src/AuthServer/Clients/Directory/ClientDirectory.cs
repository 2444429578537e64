using AuthServer.Clients.Secrets;
using AuthServer.Data.Entities;

namespace AuthServer.Clients.Directory;

/// <summary>Finds registered clients without asking the database for each request: an entry lives ten seconds.</summary>
/// <remarks>A change made by another process is therefore seen after at most that time.</remarks>
public sealed class ClientDirectory
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);
    internal const int Capacity = 10_000;
    private readonly ReadThrough<string, Snapshot> _clients;

    public ClientDirectory(ClientRows rows, TimeProvider time) =>
        _clients = new(time, Lifetime, Capacity, clientId => ReadAsync(rows, clientId));

    public async ValueTask<RegisteredClient?> FindAsync(string clientId, CancellationToken cancellationToken) =>
        (await ReadAsync(clientId, cancellationToken))?.Registered;

    /// <summary>The client, if the secret is its own; a public client has none.</summary>
    public async ValueTask<RegisteredClient?> AuthenticateAsync(string clientId, string? secret, CancellationToken cancellationToken)
    {
        if (await ReadAsync(clientId, cancellationToken) is not { } found) return null;
        if (found.Registered.IsPublic) return secret is null ? found.Registered : null;
        return secret is not null && found.Row.ClientSecret is { } stored && ClientSecrets.Knows(stored) && ClientSecretChecks.Verify(secret, stored)
            ? found.Registered
            : null;
    }

    /// <summary>To be called after this process has written the client.</summary>
    public void Forget(string clientId) => _clients.Forget(clientId);

    public void ForgetAll() => _clients.ForgetAll();

    /// <summary>An entity of the client's row that no context tracks yet.</summary>
    internal async ValueTask<Client?> NewEntityAsync(string clientId, CancellationToken cancellationToken) =>
        await ReadAsync(clientId, cancellationToken) is { } found ? ClientColumns.Copy(found.Row) : null;

    // RFC 6749 appendix A.1: visible ASCII. What callers send otherwise is nobody's, and PostgreSQL takes no text with U+0000.
    private ValueTask<Snapshot?> ReadAsync(string clientId, CancellationToken cancellationToken) =>
        clientId.AsSpan().ContainsAnyExceptInRange(' ', '~') ? default : _clients.FindAsync(clientId, cancellationToken);

    private static async Task<Snapshot?> ReadAsync(ClientRows rows, string clientId) =>
        await rows.FindAsync(clientId, CancellationToken.None) is { } row ? new(row, RegisteredClient.Of(row)) : null;

    private sealed record Snapshot(Client Row, RegisteredClient Registered);
}
