using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using NSec.Cryptography;

namespace ResourceApi;

/// <summary>Checks the DPoP proof of a request (RFC 9449 section 4.3).</summary>
public sealed class DPoPProofs(ApiSettings settings, ProofNonces nonces, IUsedProofs used, TimeProvider time)
{
    private const string Type = "dpop+jwt", EdDsa = "EdDSA", Ed25519 = "Ed25519";

    private const int LongestProof = 8 * 1024, SmallestRsaKey = 2048, LargestRsaKey = 4096;

    // RFC 9449 section 11.1: seconds or minutes, because clocks differ.
    private static readonly TimeSpan LongestAge = TimeSpan.FromSeconds(90), Ahead = TimeSpan.FromSeconds(30);

    // The clock of another instance, which may take a proof for younger.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    private static readonly JsonWebTokenHandler Jwt = new();

    public static IReadOnlyList<string> Algorithms { get; } =
    [
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, EdDsa, Ed25519, SecurityAlgorithms.RsaSsaPssSha256,
        SecurityAlgorithms.RsaSha256,
    ];

    /// <param name="key">The thumbprint to which the token is bound; null where it is no text.</param>
    /// <returns>What is wrong with the proof, or with a request that has none; null when the sender has proved the key.</returns>
    public async Task<ProofRefusedException?> FaultOfAsync(HttpRequest request, string token, string? key)
    {
        if (settings.DPoPNonces) request.HttpContext.Response.Headers[ProofNonces.Header] = nonces.Current();
        if (request.Headers[ProofOfPossession.Scheme] is not [{ Length: <= LongestProof } text])
        {
            return new("Send one DPoP header with one proof.");
        }

        if (await ReadAsync(text) is not var (proof, thumbprint)) return new("The DPoP proof is not signed by the key that it carries.");
        if (thumbprint != key) return new("The access token is bound to another key.");
        if (FaultOf(proof, request, token) is { } fault) return new(fault);
        if (settings.DPoPNonces && !(proof.TryGetPayloadValue<string>("nonce", out var nonce) && nonces.Accepts(nonce)))
        {
            return new("Make a new DPoP proof with the nonce of the DPoP-Nonce header.", "use_dpop_nonce");
        }

        // The last question, so that a proof that is refused for something else is not used up.
        return await used.TryAsync(NameOf(thumbprint, proof), LongestAge + Ahead + Skew)
            ? null : new("The DPoP proof has been used before.");
    }

    private static async Task<(JsonWebToken Proof, string Thumbprint)?> ReadAsync(string text)
    {
        try
        {
            var proof = new JsonWebToken(text);
            if (!proof.TryGetHeaderValue<JsonElement>("jwk", out var jwk) || proof.TryGetHeaderValue<object>("crit", out _)) return null;
            if (proof.Alg is EdDsa or Ed25519) return VerifyEdwards(proof, jwk) is { } print ? (proof, print) : null;
            if (KeyOf(new JsonWebKey(jwk.GetRawText())) is not { } key) return null;
            var result = await Jwt.ValidateTokenAsync(proof, new TokenValidationParameters
            {
                IssuerSigningKey = key,
                ValidTypes = [Type],
                ValidAlgorithms = Algorithms,
#pragma warning disable CA5404 // A proof has neither issuer nor audience; its time is checked below.
                ValidateIssuer = false,
                ValidateAudience = false,
                ValidateLifetime = false,
#pragma warning restore CA5404
            });
            return result.IsValid ? (proof, Base64UrlEncoder.Encode(key.ComputeJwkThumbprint())) : null;
        }
        catch (Exception error) when (error is ArgumentException or SecurityTokenException or CryptographicException or JsonException
            or FormatException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>
    /// The members that the thumbprint is made of, and no others: beside them an <c>x5c</c> would verify the proof with the key of a
    /// certificate, while the thumbprint stays that of the numbers.
    /// </summary>
    /// <returns>Null for a key of another kind or size, and for one with its private part.</returns>
    private static JsonWebKey? KeyOf(JsonWebKey sent)
    {
        if (sent.HasPrivateKey) return null;
        // A provider that is kept would be found again by the thumbprint alone.
        var once = new CryptoProviderFactory { CacheSignatureProviders = false };
        return sent.Kty switch
        {
            "EC" => new() { Kty = sent.Kty, Crv = sent.Crv, X = sent.X, Y = sent.Y, CryptoProviderFactory = once },
            "RSA" when sent.KeySize is >= SmallestRsaKey and <= LargestRsaKey =>
                new() { Kty = sent.Kty, N = sent.N, E = sent.E, CryptoProviderFactory = once },
            _ => null,
        };
    }

    // RFC 8037 section 2, RFC 9864: the library above has no Ed25519, of which EdDSA and Ed25519 are two names.
    private static string? VerifyEdwards(JsonWebToken proof, JsonElement jwk)
    {
        if (proof.Typ != Type || jwk.ValueKind != JsonValueKind.Object || jwk.TryGetProperty("d", out _)) return null;
        if (!Is(jwk, "kty", "OKP") || !Is(jwk, "crv", Ed25519) || !jwk.TryGetProperty("x", out var x)) return null;
        var (point, algorithm) = (Base64UrlEncoder.DecodeBytes(x.GetString()), SignatureAlgorithm.Ed25519);
        var signature = Base64UrlEncoder.DecodeBytes(proof.EncodedSignature);
        if (signature.Length != algorithm.SignatureSize || !PublicKey.TryImport(algorithm, point, KeyBlobFormat.RawPublicKey, out var key)
            || !algorithm.Verify(key!, Encoding.ASCII.GetBytes($"{proof.EncodedHeader}.{proof.EncodedPayload}"), signature))
        {
            return null;
        }

        // RFC 7638 section 3: the required members in order, without white space.
        var members = $$"""{"crv":"Ed25519","kty":"OKP","x":"{{Base64UrlEncoder.Encode(point)}}"}""";
        return Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(members)));
    }

    private static bool Is(JsonElement json, string name, string text) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.ValueEquals(text);

    private string? FaultOf(JsonWebToken proof, HttpRequest request, string token)
    {
        if (!proof.TryGetPayloadValue<string>("htm", out var method) || method != request.Method) return "htm is not the method.";
        // By the address that this API is known under, whatever a proxy makes of it.
        var own = new Uri(settings.Resource).GetLeftPart(UriPartial.Authority) + (request.PathBase + request.Path).ToUriComponent();
        if (!proof.TryGetPayloadValue<string>("htu", out var address) || Normalised(address) is not { } htu || htu != Normalised(own))
        {
            return "htu is not the address.";
        }

        if (!proof.TryGetPayloadValue<long>("iat", out var seconds) || seconds is < 0 or > uint.MaxValue) return "There is no iat.";
        var age = time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(seconds);
        if (age > LongestAge || age < -Ahead) return "The proof is too old, or from the future.";
        var hash = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(token)));
        if (!proof.TryGetPayloadValue<string>("ath", out var ath) || ath != hash) return "ath is not the hash of the access token.";
        return proof.Id is { Length: > 0 and <= 256 } ? null : "There is no jti.";
    }

    private static string? Normalised(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Path) : null;

    // As long as any other, whatever the client calls its proof; APIs that share a store have names of their own.
    private string NameOf(string thumbprint, JsonWebToken proof) => Base64UrlEncoder.Encode(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{settings.Resource}\0{thumbprint}\0{proof.Id}")));
}
