using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthServer.Clients.Certificates;
using AuthServer.Configuration;
using AuthServer.Hosting.Configuring;
using AuthServer.Hosting.Listening;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.UnitTests.Hosting;

/// <summary>Whose certificate counts where a proxy hands on those of its callers.</summary>
public sealed class ForwardedCertificatesTests : IDisposable
{
    private const string Header = "Client-Cert";

    private readonly X509Certificate2 _proxys = SelfSigned("CN=proxy"), _clients = SelfSigned("CN=client");

    private string Sent => $":{Convert.ToBase64String(_clients.RawData)}:";

    public void Dispose()
    {
        _proxys.Dispose();
        _clients.Dispose();
    }

    [Fact]
    public async Task The_certificate_in_the_header_of_the_proxy_counts() =>
        Assert.Equal(_clients.Thumbprint, (await PassAsync("127.0.0.1", Sent))?.Thumbprint);

    [Theory]
    [InlineData]
    [InlineData("")]
    [InlineData(":AAAA:")]
    [InlineData(":AAAA:", ":AAAA:")]
    public async Task Without_one_the_proxys_own_certificate_does_not_count_as_that_of_its_caller(params string[] sent) =>
        Assert.Null(await PassAsync("127.0.0.1", sent));

    [Fact]
    public async Task One_that_is_too_long_is_none() => Assert.Null(await PassAsync("127.0.0.1", new string('A', 20_000)));

    [Fact]
    public async Task Another_sender_counts_by_the_certificate_of_its_connection() =>
        Assert.Equal(_proxys.Thumbprint, (await PassAsync("192.0.2.1", Sent))?.Thumbprint);

    private async Task<X509Certificate2?> PassAsync(string sender, params string[] sent)
    {
        var server = new ServerOptions { TrustedProxies = ["127.0.0.1"] };
        server.Check(new SettingProblems());
        await using var services = new ServiceCollection()
            .AddSingleton(new MtlsOptions { ProxyHeader = Header }).AddSingleton(server).BuildServiceProvider();
        var app = new ApplicationBuilder(services);
        app.UseForwardedCertificates();
        X509Certificate2? seen = null;
        app.Run(http =>
        {
            seen = http.Connection.ClientCertificate;
            Assert.False(http.Request.Headers.ContainsKey(Header));
            return Task.CompletedTask;
        });
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Parse(sender);
        http.Connection.ClientCertificate = _proxys;
        if (sent.Length > 0) http.Request.Headers[Header] = sent;
        await app.Build()(http);
        return seen;
    }

    private static X509Certificate2 SelfSigned(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest(name, key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
