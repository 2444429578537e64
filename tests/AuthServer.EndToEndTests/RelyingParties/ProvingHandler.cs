using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AuthServer.EndToEndTests.RelyingParties;

/// <summary>Proves a key with each request of a client library that knows nothing of it (RFC 9449 sections 4 and 7.1).</summary>
internal sealed class ProvingHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public bool IsOn { get; set; } = true;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!IsOn) return base.SendAsync(request, cancellationToken);
        var token = request.Headers.Authorization is { Scheme: "Bearer", Parameter: { } bearer } ? bearer : null;
        request.Headers.Add("DPoP", Prove(request, token));
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("DPoP", token);
        return base.SendAsync(request, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _key.Dispose();
        base.Dispose(disposing);
    }

    private string Prove(HttpRequestMessage request, string? token)
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        var header = new
        {
            typ = "dpop+jwt", alg = "ES256",
            jwk = new { kty = "EC", crv = "P-256", x = Base64Url.EncodeToString(point.X), y = Base64Url.EncodeToString(point.Y) },
        };
        var claims = new Dictionary<string, object>
        {
            ["jti"] = Guid.CreateVersion7().ToString(), ["htm"] = request.Method.Method,
            ["htu"] = request.RequestUri!.GetLeftPart(UriPartial.Path), ["iat"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
        };
        if (token is not null) claims["ath"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(token)));
        var text = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(header)) + "."
            + Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims));
        return text + "." + Base64Url.EncodeToString(_key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256));
    }
}
