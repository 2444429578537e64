using AuthServer.Configuration;
using AuthServer.Hosting.Certificates;
using AuthServer.Hosting.Configuring;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace AuthServer.Hosting.Listening;

/// <summary>Where Kestrel listens, and how much one request may cost before it is read.</summary>
public static class Kestrel
{
    public static void AddKestrel(this WebApplicationBuilder builder, StartSettings settings)
    {
        if (IsUnset("urls") && IsUnset("http_ports") && IsUnset("https_ports")) builder.WebHost.UseUrls(Listeners.DefaultOf(settings.Tls));
        if (settings.Mtls.Listeners.Count > 0) builder.WebHost.UseUrls([.. settings.Listeners.Addresses.Select(a => a.ToString())]);
        AddCertificate(builder.Services, settings.Certificate);
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            Secure(kestrel, settings);
            var limits = kestrel.Limits;
            // The largest honest body is a form of a few kilobytes; an endpoint that needs more says so itself.
            limits.MaxRequestBodySize = 64 * 1024;
            // Authorization requests carry claims, resources and long states in their query.
            limits.MaxRequestLineSize = 32 * 1024;
            limits.MaxRequestHeadersTotalSize = 32 * 1024;
            limits.MaxRequestHeaderCount = 100;
            limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            limits.KeepAliveTimeout = TimeSpan.FromSeconds(120);
            // The slowest phone on the worst net sends a form faster; who sends slower on purpose is cut off (408).
            limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 2 * 1024, gracePeriod: TimeSpan.FromSeconds(5));
            limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
            // An idle connection costs some 10 KB; beyond this many the next one is closed at once.
            limits.MaxConcurrentConnections = 20_000;
            // No endpoint changes to another protocol.
            limits.MaxConcurrentUpgradedConnections = 0;
            limits.Http2.MaxStreamsPerConnection = 100;
            limits.Http2.HeaderTableSize = 4 * 1024;
            limits.Http2.MaxFrameSize = 16 * 1024;
            limits.Http2.MaxRequestHeaderFieldSize = 32 * 1024;
            limits.Http2.InitialStreamWindowSize = 96 * 1024;
            limits.Http2.InitialConnectionWindowSize = 256 * 1024;
            // A peer that vanished without a word holds its connection no longer than this.
            limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(60);
            limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        });

        bool IsUnset(string key) => string.IsNullOrWhiteSpace(builder.Configuration[key]);
    }

    /// <summary>Gives every https address the server's certificate, and its versions of TLS.</summary>
    public static void Secure(KestrelServerOptions kestrel, StartSettings settings) =>
        kestrel.ConfigureHttpsDefaults(https => Secure(https, settings));

    private static void Secure(HttpsConnectionAdapterOptions https, StartSettings settings)
    {
        https.SslProtocols = settings.Tls.Protocols;
        int[] asking = [.. settings.Mtls.Listeners.Select(listener => listener.Port)];
        if (settings.Certificate is not { } certificate)
        {
            if (asking.Length > 0) https.OnAuthenticate = (connection, handshake) => ClientCertificates.Ask(connection, handshake, asking);
            return;
        }
        // Kestrel asks for one of its own ways to find a certificate. The handshake below replaces it, because a selector sends no
        // intermediate certificates of ours.
        https.ServerCertificateSelector = (_, _) => certificate.Now.Leaf;
        https.OnAuthenticate = (connection, handshake) =>
        {
            ClientCertificates.Ask(connection, handshake, asking);
            if (settings.Tls.TakesOlder && Ciphers.AreChosenHere) handshake.CipherSuitesPolicy = Ciphers.Policy();
            handshake.ServerCertificateSelectionCallback = null;
            handshake.ServerCertificateContext = certificate.Now.Context;
        };
    }

    private static void AddCertificate(IServiceCollection services, CurrentCertificate? certificate)
    {
        services.AddSingleton(new OwnAuthority(certificate?.Local?.Certificate()));
        if (certificate is null) return;
        services.AddSingleton(certificate);
        services.AddHostedService<CertificateRefresh>();
    }
}
