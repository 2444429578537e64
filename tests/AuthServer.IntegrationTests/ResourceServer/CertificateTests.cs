using System.Buffers.Text;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.ResourceServer;

/// <summary>RFC 8705 section 3: the resource API takes a token that is bound to a certificate over a connection with it alone.</summary>
public sealed class CertificateTests : IDisposable
{
    private const string Path = "/v1/notes";

    private static readonly IPAddress Proxy = IPAddress.Parse("10.0.0.2");

    private readonly X509Certificate2 _own = NewCertificate(), _other = NewCertificate();

    public void Dispose()
    {
        _own.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task The_certificate_of_the_connection_counts_and_another_or_none_does_not()
    {
        X509Certificate2? shown = _own;
        await using var api = new ApiHost { Connection = connection => connection.ClientCertificate = shown };
        var token = Issue(api, _own);
        Assert.Equal(HttpStatusCode.OK, (await BearAsync(api, token)).Status);
        shown = _other;
        Refused(await BearAsync(api, token));
        shown = null;
        Refused(await BearAsync(api, token));
        // Who shows one needs no bound token.
        shown = _own;
        Assert.Equal(HttpStatusCode.OK, (await BearAsync(api, api.Issuer.Issue())).Status);
    }

    [Fact]
    public async Task A_token_that_is_bound_to_something_else_as_well_needs_that_too()
    {
        using var key = new ProofKey(TimeProvider.System);
        await using var api = new ApiHost { Connection = connection => connection.ClientCertificate = _own };
        var print = Print(_own);
        foreach (var cnf in new[]
        {
            "{}", "[]", "\"x\"", "7", $$"""{"x5t#S256":"{{print}}","more":"x"}""", $$"""{"x5t#S256":["{{print}}"]}""",
            $$"""{"x5t":"{{print}}"}""", $$"""{"x5t#S256":"{{print}}="}""", $$"""{"x5t#S256":null}""",
            $$"""{"x5t#S256":"{{print}}","jkt":"{{key.Thumbprint}}"}""",
        })
        {
            Refused(await BearAsync(api, api.Issuer.Issue(c => c["cnf"] = JsonElement.Parse(cnf))));
        }

        var both = api.Issuer.Issue(
            c => c["cnf"] = JsonElement.Parse($$"""{"x5t#S256":"{{print}}","jkt":"{{key.Thumbprint}}"}"""));
        Assert.Equal(HttpStatusCode.OK, (await ProveAsync(api, both, key)).Status);
        var elsewhere = api.Issuer.Issue(
            c => c["cnf"] = JsonElement.Parse($$"""{"x5t#S256":"{{Print(_other)}}","jkt":"{{key.Thumbprint}}"}"""));
        Assert.Equal(HttpStatusCode.Unauthorized, (await ProveAsync(api, elsewhere, key)).Status);
        // By the scheme DPoP the sender believes to have proved a key.
        Assert.Equal(HttpStatusCode.Unauthorized, (await ProveAsync(api, Issue(api, _own), key)).Status);
    }

    [Fact]
    public async Task A_trusted_proxy_hands_it_on_in_both_forms()
    {
        await using var api = Behind(Proxy);
        var token = Issue(api, _own);
        Assert.Equal(HttpStatusCode.OK, (await BearAsync(api, token, Structured(_own))).Status);
        Assert.Equal(HttpStatusCode.OK, (await BearAsync(api, token, Uri.EscapeDataString(_own.ExportCertificatePem()))).Status);
        foreach (var header in new[] { Structured(_other), "", ":x:", "::", "nonsense", _own.Thumbprint, Structured(_own).Trim(':') })
        {
            Refused(await BearAsync(api, token, header));
        }

        Refused(await BearAsync(api, token));
        // Of two one is the client's own.
        Refused(await BearAsync(api, token, Structured(_own), Structured(_own)));
    }

    [Fact]
    public async Task What_another_than_the_proxy_says_is_nothing_and_the_certificate_of_the_proxy_is_not_that_of_its_caller()
    {
        await using var stranger = Behind(IPAddress.Parse("10.0.0.3"));
        Refused(await BearAsync(stranger, Issue(stranger, _own), Structured(_own)));
        await using var mapped = Behind(Proxy.MapToIPv6());
        Assert.Equal(HttpStatusCode.OK, (await BearAsync(mapped, Issue(mapped, _own), Structured(_own))).Status);
        await using var proxy = Behind(Proxy, _own);
        Refused(await BearAsync(proxy, Issue(proxy, _own)));
        await using var off = new ApiHost(("TRUSTED_PROXIES", "10.0.0.2")) { Connection = c => c.RemoteIpAddress = Proxy };
        Refused(await BearAsync(off, Issue(off, _own), Structured(_own)));
    }

    private static ApiHost Behind(IPAddress sender, X509Certificate2? own = null) =>
        new(("MTLS_PROXY_HEADER", "Client-Cert"), ("TRUSTED_PROXIES", "192.0.2.1, 10.0.0.2"))
        {
            Connection = connection => (connection.RemoteIpAddress, connection.ClientCertificate) = (sender, own),
        };

    private static string Issue(ApiHost api, X509Certificate2 certificate) =>
        api.Issuer.Issue(c => c["cnf"] = JsonElement.Parse($$"""{"x5t#S256":"{{Print(certificate)}}"}"""));

    private static string Print(X509Certificate2 certificate) => Base64Url.EncodeToString(SHA256.HashData(certificate.RawData));

    // RFC 9440 section 2.1.
    private static string Structured(X509Certificate2 certificate) => $":{Convert.ToBase64String(certificate.RawData)}:";

    private static void Refused((HttpStatusCode Status, string Challenge) answer)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
        Assert.StartsWith("Bearer error=\"invalid_token\"", answer.Challenge, StringComparison.Ordinal);
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=client", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private static Task<(HttpStatusCode Status, string Challenge)> ProveAsync(ApiHost api, string token, ProofKey key) =>
        SendAsync(api, "DPoP", token, ("DPoP", key.Prove("GET", ApiHost.Resource + Path, token)));

    private static Task<(HttpStatusCode Status, string Challenge)> BearAsync(ApiHost api, string token, params string[] certificates) =>
        SendAsync(api, "Bearer", token, [.. certificates.Select(c => ("Client-Cert", c))]);

    private static async Task<(HttpStatusCode Status, string Challenge)> SendAsync(
        ApiHost api, string scheme, string token, params (string Name, string Value)[] headers)
    {
        using var client = api.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, Path);
        request.Headers.Authorization = new AuthenticationHeaderValue(scheme, token);
        foreach (var (name, value) in headers) Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        using var answer = await client.SendAsync(request);
        return (answer.StatusCode, answer.Headers.WwwAuthenticate.ToString());
    }
}
