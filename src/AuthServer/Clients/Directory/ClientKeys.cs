using AuthServer.Clients.PublicKeys;
using AuthServer.Outbound;

namespace AuthServer.Clients.Directory;

/// <summary>
/// The keys of clients: those of the registration (<c>jwks</c>), or those that a client publishes (<c>jwks_uri</c>), fetched and kept.
/// </summary>
public sealed partial class ClientKeys
{
    private readonly FetchedDocuments<ClientKeySet> _fetched, _ofStrangers;

    public ClientKeys(SafeHttp http, TimeProvider time, ILogger<ClientKeys> log)
    {
        (_fetched, _ofStrangers) = (Documents(http), Documents(http.OfPublicHosts));

        FetchedDocuments<ClientKeySet> Documents(SafeHttp by) => new(
            by, address => new(address) { MediaTypes = ["application/json", "application/jwk-set+json"] },
            answer => ClientKeySet.Parse(answer.Body), FetchLimits.Usual, time,
            (address, fault) => LogNotFetched(log, address, fault));
    }

    /// <summary>All keys of the client as they are known.</summary>
    /// <returns>Null for a client without keys, and for one whose keys cannot be fetched.</returns>
    public async ValueTask<ClientKeySet?> OfAsync(RegisteredClient client, CancellationToken cancellationToken) =>
        client.JwksUri is { } address ? (await For(client, address).GetAsync(address, cancellationToken)).Document : client.Keys;

    /// <summary>All keys of the client as they are now, where those that are known do not do; fetched at most once in a while.</summary>
    /// <inheritdoc cref="OfAsync"/>
    public async ValueTask<ClientKeySet?> OfAgainAsync(RegisteredClient client, CancellationToken cancellationToken) =>
        client.JwksUri is { } address ? (await For(client, address).GetAgainAsync(address, cancellationToken)).Document : client.Keys;

    /// <summary>Whether a key of the client has signed the text. Its algorithm is judged here, its content is not.</summary>
    public async ValueTask<bool> HaveSignedAsync(RegisteredClient client, SignedText text, CancellationToken cancellationToken)
    {
        // No fetch for what can never be verified.
        if (!ClientSignatures.Algorithms.Contains(text.Algorithm)) return false;
        if (await OfAsync(client, cancellationToken) is not { } known) return false;
        if (known.Verifies(text)) return true;
        // A new key since: it has a name that is not known, or none at all.
        if (client.JwksUri is null || (text.KeyId is not null && known.HasKeyFor(text))) return false;
        return await OfAgainAsync(client, cancellationToken) is { } now && now != known && now.Verifies(text);
    }

    // Anybody publishes a document. Where that is fetched from, its keys may be too; elsewhere only what is public.
    private FetchedDocuments<ClientKeySet> For(RegisteredClient client, Uri address) =>
        client.Publisher is { } host && host != address.IdnHost ? _ofStrangers : _fetched;

    [LoggerMessage(Level = LogLevel.Warning, Message = "The keys of a client cannot be fetched from {Address}: {Fault}")]
    private static partial void LogNotFetched(ILogger logger, Uri address, string fault);
}
