using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using NSec.Cryptography;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>A key pair of a client, and what it signs.</summary>
internal sealed class ClientSigner
{
    private readonly Func<string, byte[], byte[]> _sign;

    private ClientSigner(JsonObject jwk, Func<string, byte[], byte[]> sign) => (Jwk, _sign) = (jwk, sign);

    /// <summary>The public part.</summary>
    public JsonObject Jwk { get; }

    public static ClientSigner Ec(string? kid, ECDsa? key = null)
    {
        var ec = key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = ec.ExportParameters(includePrivateParameters: false).Q;
        return new(
            Key("EC", kid, ("crv", "P-256"), ("x", Text(point.X!)), ("y", Text(point.Y!))), (_, data) =>
                ec.SignData(data, HashAlgorithmName.SHA256));
    }

    public static ClientSigner Rsa(string? kid, RSA? key = null)
    {
        var rsa = key ?? RSA.Create(2048);
        var parameters = rsa.ExportParameters(includePrivateParameters: false);
        return new(
            Key("RSA", kid, ("n", Text(parameters.Modulus!)), ("e", Text(parameters.Exponent!))), (algorithm, data) =>
                rsa.SignData(
                    data, HashAlgorithmName.SHA256,
                    algorithm == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1));
    }

    public static ClientSigner Edwards(string? kid)
    {
        var key = NSec.Cryptography.Key.Create(SignatureAlgorithm.Ed25519);
        var point = key.PublicKey.Export(KeyBlobFormat.RawPublicKey);
        return new(
            Key("OKP", kid, ("crv", "Ed25519"), ("x", Text(point))), (_, data) => SignatureAlgorithm.Ed25519.Sign(key, data));
    }

    /// <summary>Signs with a secret as if it were a private key.</summary>
    public static ClientSigner Secret(byte[] secret) => new([], (_, data) => HMACSHA256.HashData(secret, data));

    /// <summary>The same key, described in other words.</summary>
    public JsonObject JwkWith(params (string Name, JsonNode? Value)[] members)
    {
        var jwk = (JsonObject)Jwk.DeepClone();
        foreach (var (name, value) in members) jwk[name] = value;
        return jwk;
    }

    /// <summary>A client assertion (RFC 7523 section 3).</summary>
    public string Assertion(string issuer, string clientId, string algorithm, string? kid = null, DateTimeOffset? now = null) => Sign(
        algorithm, kid ?? (string?)Jwk["kid"], new()
        {
            ["iss"] = clientId, ["sub"] = clientId, ["aud"] = issuer, ["jti"] = Guid.CreateVersion7().ToString(),
            ["exp"] = (now ?? TimeProvider.System.GetUtcNow()).ToUnixTimeSeconds() + 60,
        });

    public string Sign(string algorithm, string? kid, JsonObject claims, string? type = null)
    {
        var header = new JsonObject { ["alg"] = algorithm };
        if (kid is not null) header["kid"] = kid;
        if (type is not null) header["typ"] = type;
        var text = Text(Encoding.UTF8.GetBytes(header.ToJsonString())) + "." + Text(Encoding.UTF8.GetBytes(claims.ToJsonString()));
        return text + "." + Text(_sign(algorithm, Encoding.ASCII.GetBytes(text)));
    }

    private static JsonObject Key(string type, string? kid, params (string Name, string Value)[] members)
    {
        var jwk = new JsonObject { ["kty"] = type };
        if (kid is not null) jwk["kid"] = kid;
        foreach (var (name, value) in members) jwk[name] = value;
        return jwk;
    }

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
