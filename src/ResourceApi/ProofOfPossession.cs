using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ResourceApi;

/// <summary>
/// Accepts access tokens that are bound to a key, with a proof of it (DPoP, RFC 9449 section 7), and no bound token without one.
/// </summary>
/// <remarks>
/// Used proofs are remembered in this process. Where several instances of an API answer, a store that they share must take the place of
/// <see cref="_used"/>; until then a stolen proof counts once at each of them.
/// </remarks>
public sealed class ProofOfPossession(ApiSettings settings, TimeProvider time)
{
    public const string Scheme = "DPoP";

    private const int LongestProof = 8 * 1024, SmallestRsaKey = 2048, LargestRsaKey = 4096;

    // RFC 9449 section 11.1: seconds or minutes, because clocks differ.
    private static readonly TimeSpan LongestAge = TimeSpan.FromSeconds(90), Ahead = TimeSpan.FromSeconds(30);

    private static readonly JsonWebTokenHandler Jwt = new();

    private readonly ConcurrentDictionary<string, DateTimeOffset> _used = new();
    private long _pruneAt;

    public static IReadOnlyList<string> Algorithms { get; } =
        [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSha256];

    /// <summary>The token of an Authorization header with the scheme DPoP; null for another scheme.</summary>
    public static string? TokenOf(HttpRequest request) =>
        request.Headers.Authorization is [{ } text] && text.StartsWith(Scheme + " ", StringComparison.OrdinalIgnoreCase)
            ? text[(Scheme.Length + 1)..].Trim(' ')
            : null;

    /// <summary>For <see cref="JwtBearerEvents.OnTokenValidated"/>: the token is genuine, and may its sender use it?</summary>
    public static async Task OnTokenValidatedAsync(TokenValidatedContext context)
    {
        var proofs = context.HttpContext.RequestServices.GetRequiredService<ProofOfPossession>();
        if (context.SecurityToken is not JsonWebToken token) context.Fail("The token is no JWT.");
        else if (await proofs.FaultOfAsync(context.Request, token) is { } fault) context.Fail(new ProofRefusedException(fault));
    }

    /// <returns>What is wrong; null for a bearer token, and for a bound token whose sender has proved the key.</returns>
    public async Task<string?> FaultOfAsync(HttpRequest request, JsonWebToken token)
    {
        // As any type first: what is no object confirms nothing, and is no bearer token either (RFC 7800 section 3).
        var bound = token.TryGetPayloadValue<object>("cnf", out _);
        if (TokenOf(request) is null) return bound ? "The access token is bound to a key: send it with a proof." : null;
        if (!bound) return "The access token is not bound to a key: send it as a bearer token.";
        if (request.Headers[Scheme] is not [{ Length: <= LongestProof } text]) return "Send one DPoP header with one proof.";

        if (await ReadAsync(text) is not var (proof, thumbprint)) return "The DPoP proof is not signed by the key that it carries.";
        // RFC 7800 section 3.1: a kind of confirmation that is not known here is not confirmed.
        if (!token.TryGetPayloadValue<JsonElement>("cnf", out var confirmation) || confirmation.ValueKind != JsonValueKind.Object
            || confirmation.EnumerateObject().Any(method => method.Name != "jkt")
            || TextOf(confirmation, "jkt") != thumbprint)
        {
            return "The access token is bound to another key.";
        }

        return FaultOf(proof, request, token) ?? (Use(thumbprint, proof) ? null : "The DPoP proof has been used before.");
    }

    private static async Task<(JsonWebToken Proof, string Thumbprint)?> ReadAsync(string text)
    {
        try
        {
            var proof = new JsonWebToken(text);
            if (!proof.TryGetHeaderValue<JsonElement>("jwk", out var jwk) || proof.TryGetHeaderValue<object>("crit", out _)) return null;
            if (KeyOf(new JsonWebKey(jwk.GetRawText())) is not { } key) return null;
            var result = await Jwt.ValidateTokenAsync(proof, new TokenValidationParameters
            {
                IssuerSigningKey = key,
                ValidTypes = ["dpop+jwt"],
                ValidAlgorithms = Algorithms,
#pragma warning disable CA5404 // A proof has neither issuer nor audience; its time is checked below.
                ValidateIssuer = false,
                ValidateAudience = false,
                ValidateLifetime = false,
#pragma warning restore CA5404
            });
            return result.IsValid ? (proof, Base64UrlEncoder.Encode(key.ComputeJwkThumbprint())) : null;
        }
        catch (Exception error) when (error is ArgumentException or SecurityTokenException or CryptographicException or JsonException)
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

    private string? FaultOf(JsonWebToken proof, HttpRequest request, JsonWebToken token)
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
        var hash = Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(token.EncodedToken)));
        if (!proof.TryGetPayloadValue<string>("ath", out var ath) || ath != hash) return "ath is not the hash of the access token.";
        return proof.Id is { Length: > 0 and <= 256 } ? null : "There is no jti.";
    }

    private static string? Normalised(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Path) : null;

    private static string? TextOf(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private bool Use(string thumbprint, JsonWebToken proof)
    {
        var (now, last) = (time.GetUtcNow(), Volatile.Read(ref _pruneAt));
        if (now.ToUnixTimeSeconds() >= last && Interlocked.CompareExchange(ref _pruneAt, now.ToUnixTimeSeconds() + 60, last) == last)
        {
            foreach (var (id, until) in _used)
            {
                if (until < now) _used.TryRemove(id, out _);
            }
        }

        return _used.TryAdd(thumbprint + " " + proof.Id, now + LongestAge + Ahead);
    }
}

/// <summary>The token may be genuine, but its sender has not proved the key.</summary>
internal sealed class ProofRefusedException(string fault) : Exception(fault);
