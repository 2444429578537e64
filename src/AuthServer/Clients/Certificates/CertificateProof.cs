using System.Security.Cryptography.X509Certificates;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;

namespace AuthServer.Clients.Certificates;

/// <summary>Decides whether the certificate of a connection is that of a client (RFC 8705 section 2).</summary>
/// <remarks>That the sender holds the private key the handshake has proved, here or at the proxy that hands the certificate on.</remarks>
public sealed class CertificateProof(MtlsOptions options, ClientAuthorities authorities, ClientKeys keys)
{
    /// <returns>Null when the certificate proves the client; otherwise what is wrong.</returns>
    public async ValueTask<string?> FindFaultAsync(
        RegisteredClient client, X509Certificate2? certificate, CancellationToken cancellationToken)
    {
        if (!options.IsOn) return "This server takes no client certificates.";
        if (certificate is null)
        {
            return $"This client authenticates by {client.TokenEndpointAuthMethod}: send the request with its certificate to an address of "
                + "mtls_endpoint_aliases.";
        }
        return await IsOfAsync(client, certificate, cancellationToken) ? null : "The certificate is not that of the client.";
    }

    private ValueTask<bool> IsOfAsync(RegisteredClient client, X509Certificate2 certificate, CancellationToken cancellationToken) =>
        client.TokenEndpointAuthMethod == ClientAuthMethods.Tls
            // RFC 8705 section 2.1: one name, in a certificate of an authority that this server trusts for it.
            ? new(client.TlsSubject is { } subject && subject.IsOf(certificate) && authorities.Vouch(certificate))
            : IsRegisteredAsync(client, certificate, cancellationToken);

    // RFC 8705 section 2.2: the certificate itself is registered, so nobody else's word about it is asked for.
    private async ValueTask<bool> IsRegisteredAsync(
        RegisteredClient client, X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        var known = await keys.OfAsync(client, cancellationToken);
        if (known is null) return false;
        if (known.Has(certificate)) return true;
        if (client.JwksUri is null) return false;
        return await keys.OfAgainAsync(client, cancellationToken) is { } now && now != known && now.Has(certificate);
    }
}
