using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace AuthServer.Data.Tls;

/// <summary>What a look at the certificate of another server has found.</summary>
/// <param name="ValidUntil">Null: no certificate was seen.</param>
/// <param name="Wrong">Why it is not trusted, or why there is no connection, with the cure; null: all is well.</param>
public sealed record PeerView(DateTimeOffset? ValidUntil, string? Wrong);

/// <summary>
/// Connects for a look at the certificate of another server, because the drivers tell that they refuse one and not why.
/// </summary>
/// <param name="host">The name that the certificate has to be for.</param>
/// <param name="trust">As the driver has it.</param>
/// <param name="begin">What the protocol says before the handshake; false when the server offers no TLS.</param>
public sealed class PeerCertificate(string host, int port, TlsTrust trust, Func<Stream, bool> begin)
{
    private const string Silent = "the server does not answer";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    // As long as a server needs to refuse.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <remarks>It blocks, for <see cref="Patience"/> at most in each step: a start does so anyway.</remarks>
    public PeerView Look()
    {
        DateTimeOffset? validUntil = null;
        string? untrusted = null;
        try
        {
            using var tcp = new TcpClient();
            tcp.SendTimeout = tcp.ReceiveTimeout = (int)Patience.TotalMilliseconds;
            if (!tcp.ConnectAsync(host, port).Wait(Patience)) return new(null, Silent);
            var stream = tcp.GetStream();
            if (!begin(stream)) return new(null, "the server offers no TLS");
            var options = trust.OptionsFor(host);
            options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                if (certificate is not X509Certificate2 seen || chain is null) return false;
                validUntil = seen.NotAfter;
                if (!trust.IsTrusted(errors)) untrusted = Reason(seen, chain, errors);
                return untrusted is null;
            };
            using var tls = new SslStream(stream);
            tls.AuthenticateAsClient(options);
            tcp.ReceiveTimeout = (int)Pause.TotalMilliseconds;
            return new(validUntil, IsEnded(tls) ? Refusal() : null);
        }
        // TLS 1.2, where the handshake itself ends so.
        catch (IOException) when (validUntil is not null && untrusted is null)
        {
            return new(validUntil, Refusal());
        }
        catch (Exception e) when (e is AuthenticationException or IOException or SocketException or AggregateException)
        {
            return new(validUntil, untrusted ?? Silent);
        }
    }

    /// <summary>
    /// TLS 1.3: a server that wants another certificate of ours, or one at all, ends the connection after the handshake. Nothing is
    /// written, because the answer to that would overtake its alert.
    /// </summary>
    private static bool IsEnded(SslStream tls)
    {
        try
        {
            return tls.ReadByte() < 0;
        }
        catch (IOException e)
        {
            return e.InnerException is not SocketException { SocketErrorCode: SocketError.TimedOut or SocketError.WouldBlock };
        }
    }

    private string Refusal() => trust.Files.CertificatePath is { } path
        ? $"it refuses the certificate of this server, {TlsFiles.CertificateName} {path}; "
            + "name one that an authority which it trusts has signed"
        : $"it asks for a certificate of this server; name one as {TlsFiles.CertificateName}, "
            + $"and its private key as {TlsFiles.KeyName}";

    private string Reason(X509Certificate2 certificate, X509Chain chain, SslPolicyErrors errors)
    {
        var outdated = chain.ChainElements.FirstOrDefault(
            e => e.ChainElementStatus.Any(s => s.Status.HasFlag(X509ChainStatusFlags.NotTimeValid)))?.Certificate;
        if (outdated is not null)
        {
            return $"its certificate {outdated.Subject} is valid from {outdated.NotBefore.ToUniversalTime():u} " +
                $"until {outdated.NotAfter.ToUniversalTime():u}; renew it there, and check the clock of this machine";
        }
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            return $"its certificate, issued by {certificate.Issuer}, is not signed by an authority " +
                (trust.Files.RootPath is { } path ? $"of {TlsFiles.RootName} {path}" : "that this machine trusts") +
                $"; name the file of the authority that signed it as {TlsFiles.RootName}";
        }
        return $"its certificate is for {Names(certificate)}, not for {host}; connect by a name that it is for, or have one made for " +
            "this name (sslmode=verify-ca leaves the name out, for a network where nobody else has a certificate of that authority)";
    }

    private static string Names(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(e => e.EnumerateDnsNames().Concat(e.EnumerateIPAddresses().Select(a => a.ToString()))).ToList();
        return names.Count == 0 ? "no host name" : string.Join(", ", names);
    }
}
