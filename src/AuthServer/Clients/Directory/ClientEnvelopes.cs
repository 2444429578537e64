using AuthServer.Clients.Metadata;
using AuthServer.Clients.PublicKeys;

namespace AuthServer.Clients.Directory;

/// <summary>Makes ready to encrypt to a client: finds its key, in its registration or where it publishes it.</summary>
public sealed class ClientEnvelopes(ClientKeys keys)
{
    /// <returns>The envelope, or why there is none and what the client's developer does about it.</returns>
    public async ValueTask<(Envelope? Envelope, string? Fault)> OpenAsync(
        RegisteredClient client, EncryptedForm form, CancellationToken cancellationToken)
    {
        if (await keys.OfAsync(client, cancellationToken) is { } known && Envelope.To(known, form) is { } found) return (found, null);
        if (client.JwksUri is null) return (null, EncryptionFaults.NoKey("jwks", form));
        // A key that was published since.
        if (await keys.OfAgainAsync(client, cancellationToken) is not { } now)
        {
            return (null, "The keys at jwks_uri of the client cannot be fetched, so nothing can be encrypted to them. Try again later.");
        }

        return Envelope.To(now, form) is { } later ? (later, null) : (null, EncryptionFaults.NoKey("jwks_uri", form));
    }
}
