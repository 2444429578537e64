using AuthServer.Clients.Profiles;
using AuthServer.Clients.Secrets;
using AuthServer.Data.Entities;

namespace AuthServer.Clients.Directory;

/// <summary>Finds registered clients without asking the database for each request: an entry lives ten seconds.</summary>
/// <remarks>
/// A change made by another process is announced (<see cref="Data.Changes.RowChanges"/>); where that fails, it is seen after this time.
/// </remarks>
public sealed partial class ClientDirectory
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);
    internal const int Capacity = 10_000;

    // As many as documents are kept: whoever publishes some does not push out the others.
    internal const int AddressCapacity = 1000;

    private readonly TimedCache<string, Snapshot> _clients;
    private readonly TimedCache<string, Addressed> _addressed;

    private readonly ClientRows _rows;
    private readonly ClientSecrets _secrets;

    public ClientDirectory(
        ClientRows rows, ClientSecrets secrets, SecurityProfileOptions profiles, TimeProvider time, ILogger<ClientDirectory> logger)
        : this(rows, secrets, profiles, time, logger, static (_, _) => default)
    {
    }

    /// <param name="isStatementIssuer">Whose software statements count; null: nobody's.</param>
    internal ClientDirectory(
        ClientRows rows, ClientSecrets secrets, SecurityProfileOptions profiles, TimeProvider time, ILogger<ClientDirectory> logger,
        DocumentLookup documents, Func<string, bool>? isStatementIssuer = null)
    {
        (_rows, _secrets) = (rows, secrets);
        var addressed = new AddressedClients(rows, documents);
        Snapshot? Read(Client? row) => SnapshotOf(row, profiles, isStatementIssuer, logger);
        _clients = new(time, Lifetime, Capacity, async clientId => Read(await rows.FindAsync(clientId, default)));
        _addressed = new(
            time, Lifetime, AddressCapacity,
            async clientId => await addressed.FindAsync(clientId) is { } found
                ? new(Read(found.Row)?.As(found.IsKept, found.IsWithdrawn), found.RefusedTo) : null,
            isFleeting: found => found.RefusedTo is not null);
    }

    /// <returns>Null for a client that is unknown, or whose row cannot be used; the log says what is wrong with it.</returns>
    public async ValueTask<RegisteredClient?> FindAsync(string clientId, CancellationToken cancellationToken) =>
        (await ReadAsync(clientId, cancellationToken))?.Registered;

    /// <summary>The client, if the secret is its own; a public client has none.</summary>
    public async ValueTask<RegisteredClient?> AuthenticateAsync(string clientId, string? secret, CancellationToken cancellationToken)
    {
        if (await ReadAsync(clientId, cancellationToken) is not { Registered: { } client, Row: var row }) return null;
        if (client.IsPublic) return secret is null ? client : null;
        if (secret is null || row.ClientSecret is not { } stored || !_secrets.Verify(secret, stored)) return null;
        if (!_secrets.IsUnderCurrentKey(stored)) await RenewAsync(clientId, secret, stored);
        return client;
    }

    /// <summary>Whether there is a row of a client that a document describes.</summary>
    public async ValueTask<bool> IsOfDocumentAsync(string clientId, CancellationToken cancellationToken) =>
        AddressedClients.IsAddress(clientId)
        && ClientColumns.ReadDocument((await _rows.FindAsync(clientId, cancellationToken))?.Properties) is not null;

    /// <summary>To be called after this process has written the client.</summary>
    public void Forget(string clientId)
    {
        if (AddressedClients.IsAddress(clientId)) _addressed.Forget(clientId);
        else _clients.Forget(clientId);
    }

    public void ForgetAll()
    {
        _clients.ForgetAll();
        _addressed.ForgetAll();
    }

    /// <summary>An entity of the client's row that no context tracks yet.</summary>
    internal async ValueTask<Client?> NewEntityAsync(string clientId, CancellationToken cancellationToken) =>
        await ReadAsync(clientId, cancellationToken) is { Registered: not null, Row: var row } ? ClientColumns.Copy(row) : null;

    // A digest cannot be rewrapped without its secret, so the client that presents it moves it to the current SECRET_KEY.
    private async ValueTask RenewAsync(string clientId, string secret, string stored)
    {
        if (_secrets.Renew(secret, stored) is not { } renewed) return;
        await _rows.RenewSecretAsync(clientId, stored, renewed, CancellationToken.None);
        Forget(clientId);
    }

    // RFC 6749 appendix A.1: visible ASCII. No client has another id, and PostgreSQL takes no text with U+0000.
    private ValueTask<Snapshot?> ReadAsync(string clientId, CancellationToken cancellationToken) =>
        clientId.AsSpan().ContainsAnyExceptInRange(' ', '~') ? default
        : AddressedClients.IsAddress(clientId) ? ReadAddressedAsync(clientId, cancellationToken)
        : _clients.FindAsync(clientId, cancellationToken);

    // One look-up answers all who wait for it, but for this: what is refused to one network counts for nobody else, who asks again then.
    private async ValueTask<Snapshot?> ReadAddressedAsync(string clientId, CancellationToken cancellationToken)
    {
        while (true)
        {
            var found = await _addressed.FindAsync(clientId, cancellationToken);
            if (found?.RefusedTo is not { } network || network == AskingAddress.Network) return found?.Found;
        }
    }

    private static Snapshot? SnapshotOf(
        Client? row, SecurityProfileOptions profiles, Func<string, bool>? isStatementIssuer, ILogger logger)
    {
        if (row is null) return null;
        if (row.ClientSecret is { } stored && !ClientSecrets.Knows(stored))
        {
            LogUnknownSecret(logger, row.ClientId!, ClientSecretRules.Command);
        }
        var (client, fault) = ClientRowReader.Read(row, profiles.Default, isStatementIssuer);
        if (fault is not null) LogUnusable(logger, row.ClientId!, fault);
        if (client?.ProfileFault is { } misfit) LogMisfit(logger, row.ClientId!, misfit);
        return new(row, client);
    }

    // A client id has passed the registration's rules, so it has no control characters.
    [LoggerMessage(Level = LogLevel.Warning, Message =
        "The secret of client {ClientId} is stored in a form that is no longer accepted: it had less than 32 characters. "
            + "Register a new one, made with `{Command}`.")]
    private static partial void LogUnknownSecret(ILogger logger, string clientId, string command);

    [LoggerMessage(Level = LogLevel.Error, Message =
        "Client {ClientId} is refused as if it were unknown: {Fault}. Seed it again with `AuthServer seed FILE --reset {ClientId}`.")]
    private static partial void LogUnusable(ILogger logger, string clientId, string fault);

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "The requests of client {ClientId} are refused, because its registration does not fit its security profile: {Fault}. "
            + "`AuthServer clients check {ClientId}` lists what to change.")]
    private static partial void LogMisfit(ILogger logger, string clientId, string fault);

    // A row that cannot be used is kept like every other one, so that callers can neither fill the log nor ask the database each time.
    private sealed record Snapshot(Client Row, RegisteredClient? Registered)
    {
        public Snapshot As(bool isKept, bool isWithdrawn) => isKept && !isWithdrawn
            ? this : this with { Registered = Registered is null ? null : Registered with { IsKept = isKept, IsWithdrawn = isWithdrawn } };
    }

    /// <param name="RefusedTo">The network that may not have the document fetched at the moment; null: none.</param>
    private sealed record Addressed(Snapshot? Found, string? RefusedTo);
}
