using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Features;

namespace AuthServer.IntegrationTests.Attacks.Plain;

/// <summary>Gives a connection in memory the client certificate that a TLS connection would have, when the request says so.</summary>
internal sealed class Certificates : IStartupFilter
{
    /// <summary>Taken away before the server sees the request.</summary>
    public const string Header = "X-Test-Certificate";

    private static readonly X509Certificate2 Certificate = Make();

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((http, rest) =>
        {
            if (http.Request.Headers.Remove(Header)) http.Features.Set<ITlsConnectionFeature>(new Connection());
            return rest(http);
        });
        next(app);
    };

    private static X509Certificate2 Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=client", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new(2036, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    private sealed class Connection : ITlsConnectionFeature
    {
        public X509Certificate2? ClientCertificate { get; set; } = Certificate;

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);
    }
}
