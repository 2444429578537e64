using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;

namespace AuthServer.Hosting.Listening;

/// <summary>Asks for the certificate of a client in the handshake, on the listeners that are for it (RFC 8705).</summary>
internal static class ClientCertificates
{
    /// <param name="ports">Where it is asked for. Elsewhere a browser would ask people to choose a certificate.</param>
    public static void Ask(ConnectionContext? connection, SslServerAuthenticationOptions handshake, int[] ports)
    {
        if (connection?.LocalEndPoint is not IPEndPoint own || !ports.Contains(own.Port)) return;
        // Asked for, and not required: a public client may show none.
        handshake.ClientCertificateRequired = true;
        // The handshake proves that the client holds the private key. Whose certificate it is the protocol judges, by the client.
#pragma warning disable CA5359 // The reason above.
        handshake.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        // What the framework does before it asks the callback must send no request to an address that the certificate names.
        handshake.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust, DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck,
        };
        // Each connection shows its certificate anew.
        handshake.AllowTlsResume = false;
    }
}
