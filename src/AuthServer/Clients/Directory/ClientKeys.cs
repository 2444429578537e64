using AuthServer.Clients.PublicKeys;
using AuthServer.Outbound;

namespace AuthServer.Clients.Directory;

/// <summary>
/// The keys of clients: those of the registration (<c>jwks</c>), or those that a client publishes (<c>jwks_uri</c>), fetched and kept.
/// </summary>
public sealed partial class ClientKeys(SafeHttp http, ClientTrust trust, TimeProvider time, ILogger<ClientKeys> log)
{
    private readonly PublishedKeys _keys = new(http, time, (address, fault) => LogNotFetched(log, address, fault));

    private readonly PublishedKeys _ofStrangers = new(
        http.OfPublicHosts, time, (address, fault) => LogNotFetched(log, address, fault));

    /// <inheritdoc cref="PublishedKeys.OfAsync"/>
    public ValueTask<ClientKeySet?> OfAsync(RegisteredClient client, CancellationToken cancellationToken) =>
        For(client).OfAsync(PlaceOf(client), cancellationToken);

    /// <inheritdoc cref="PublishedKeys.OfAgainAsync"/>
    public ValueTask<ClientKeySet?> OfAgainAsync(RegisteredClient client, CancellationToken cancellationToken) =>
        For(client).OfAgainAsync(PlaceOf(client), cancellationToken);

    /// <summary>Whether a key of the client has signed the text. Its algorithm is judged here, its content is not.</summary>
    public ValueTask<bool> HaveSignedAsync(RegisteredClient client, SignedText text, CancellationToken cancellationToken) =>
        For(client).HaveSignedAsync(PlaceOf(client), text, cancellationToken);

    private PublishedKeys For(RegisteredClient client) =>
        client.JwksUri is { } address && !trust.MayNameInside(client, address) ? _ofStrangers : _keys;

    private static KeyPlace PlaceOf(RegisteredClient client) => new(client.JwksUri, client.Keys) { IsWithdrawn = client.IsWithdrawn };

    [LoggerMessage(Level = LogLevel.Warning, Message = "The keys of a client cannot be fetched from {Address}: {Fault}")]
    private static partial void LogNotFetched(ILogger logger, Uri address, string fault);
}
