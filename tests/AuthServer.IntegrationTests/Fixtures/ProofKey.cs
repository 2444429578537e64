using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NSec.Cryptography;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>A key of a client, with which it makes DPoP proofs (RFC 9449 section 4).</summary>
/// <remarks>Written for the tests, so that no proof of theirs comes from the code that checks it.</remarks>
public sealed class ProofKey : IDisposable
{
    private readonly TimeProvider _time;
    private readonly ECDsa? _ec;
    private readonly RSA? _rsa;
    private readonly Key? _edwards;

    /// <param name="algorithm">ES256, ES384, EdDSA, Ed25519, PS256 or RS256.</param>
    public ProofKey(TimeProvider time, string algorithm = "ES256", int bits = 2048)
    {
        (_time, Algorithm) = (time, algorithm);
        if (algorithm.StartsWith("Ed", StringComparison.Ordinal)) _edwards = Key.Create(SignatureAlgorithm.Ed25519);
        else if (algorithm == "ES384") _ec = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        else if (algorithm == "ES256") _ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        else _rsa = RSA.Create(bits);
    }

    public string Algorithm { get; }

    private ProofKey(ProofKey same, string algorithm) =>
        (_time, _ec, _rsa, _edwards, Algorithm) = (same._time, same._ec, same._rsa, same._edwards, algorithm);

    /// <summary>The same key, which signs in another way.</summary>
    public ProofKey With(string algorithm) => new(this, algorithm);

    /// <summary>The nonce of the server, once it has given one.</summary>
    public string? Nonce { get; set; }

    public JsonObject PublicKey
    {
        get
        {
            if (_rsa?.ExportParameters(false) is { } rsa)
            {
                return new() { ["kty"] = "RSA", ["n"] = Text(rsa.Modulus), ["e"] = Text(rsa.Exponent) };
            }
            if (_edwards is not null)
            {
                var x = _edwards.PublicKey.Export(KeyBlobFormat.RawPublicKey);
                return new() { ["kty"] = "OKP", ["crv"] = "Ed25519", ["x"] = Text(x) };
            }
            var point = _ec!.ExportParameters(false).Q;
            return new()
            {
                ["kty"] = "EC",
                ["crv"] = Algorithm == "ES384" ? "P-384" : "P-256",
                ["x"] = Text(point.X),
                ["y"] = Text(point.Y),
            };
        }
    }

    /// <summary>A certificate of an RSA key by itself, as <c>x5c</c> has it.</summary>
    public string Certificate
    {
        get
        {
            var request = new CertificateRequest("CN=somebody", _rsa!, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            var now = _time.GetUtcNow();
            using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
            return Convert.ToBase64String(certificate.RawData);
        }
    }

    /// <summary>RFC 7638: the members in order, without white space.</summary>
    public string Thumbprint =>
        Text(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new SortedDictionary<string, JsonNode>(
            PublicKey.ToDictionary(m => m.Key, m => m.Value!), StringComparer.Ordinal))));

    /// <param name="accessToken">With which the request is sent.</param>
    public string Prove(
        string method, string address, string? accessToken = null, Action<JsonObject>? header = null, Action<JsonObject>? claims = null)
    {
        var head = new JsonObject { ["typ"] = "dpop+jwt", ["alg"] = Algorithm, ["jwk"] = PublicKey };
        var body = new JsonObject
        {
            ["jti"] = Guid.CreateVersion7().ToString(),
            ["htm"] = method,
            ["htu"] = address,
            ["iat"] = _time.GetUtcNow().ToUnixTimeSeconds(),
        };
        if (accessToken is not null) body["ath"] = Text(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)));
        if (Nonce is not null) body["nonce"] = Nonce;
        header?.Invoke(head);
        claims?.Invoke(body);
        var signed = Text(Encoding.UTF8.GetBytes(head.ToJsonString())) + "." + Text(Encoding.UTF8.GetBytes(body.ToJsonString()));
        return signed + "." + Text(Sign(Encoding.ASCII.GetBytes(signed)));
    }

    public void Dispose()
    {
        _ec?.Dispose();
        _rsa?.Dispose();
        _edwards?.Dispose();
    }

    private byte[] Sign(byte[] data) => Algorithm switch
    {
        "ES384" => _ec!.SignData(data, HashAlgorithmName.SHA384),
        "EdDSA" or "Ed25519" => SignatureAlgorithm.Ed25519.Sign(_edwards!, data),
        "ES256" => _ec!.SignData(data, HashAlgorithmName.SHA256),
        "PS256" => _rsa!.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        _ => _rsa!.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
    };

    private static string Text(byte[]? bytes) => Base64Url.EncodeToString(bytes);
}
