using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Configuration;
using AuthServer.Data.Sql;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Protocol.ClientProof;

/// <summary>
/// Verifies a client assertion (RFC 7523 section 3): signed by a key of the client, short-lived, for this server, and used once.
/// </summary>
public sealed class ClientAssertion(UsedOnce used, IssuerOptions issuer, TimeProvider time)
{
    private const string Typed = "client-authentication+jwt";
    private const int Longest = 8 * 1024;

    /// <summary>By how much a client's clock may differ.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(1);

    // Asymmetric alone; HMAC with a shared secret is another method (client_secret_jwt).
    internal static readonly ImmutableArray<string?> Algorithms = ["RS256", "PS256", "ES256", "ES384", "ES512", "RS384", "RS512", "PS384",
        "PS512"];

    /// <summary>The client that an assertion names, before anything about it is verified; null for a text that is no JWT.</summary>
    public static string? SubjectOf(string? assertion)
    {
        if (assertion is null || Read(assertion) is not var (_, payload)) return null;
        return Text(payload, "sub");
    }

    /// <returns>Null when the assertion proves the client, and has been noted as used; otherwise what is wrong with it.</returns>
    public async ValueTask<string?> FindFaultAsync(RegisteredClient client, string assertion, CancellationToken cancellationToken)
    {
        if (Read(assertion) is not var (header, payload)) return "The client assertion is not a signed JWT.";
        if (FaultOf(header) is { } fault) return fault;
        if (client.Jwks is not { } keys || !IsSigned(assertion, Text(header, "alg")!, Text(header, "kid"), keys))
        {
            return "The signature of the client assertion is not by a registered key of the client.";
        }
        return FaultOf(payload, client, out var id, out var expires) ?? await UseAsync(client.ClientId, id, expires, cancellationToken);
    }

    private static string? FaultOf(JsonElement header)
    {
        if (!Algorithms.Contains(Text(header, "alg"))) return "The client assertion is signed with an algorithm that is not accepted.";
        if (header.TryGetProperty("crit", out _))
        {
            return "The client assertion has critical extensions (crit) that this server does not know (RFC 7515 section 4.1.11).";
        }
        return !header.TryGetProperty("typ", out _) || Text(header, "typ") is "JWT" or "jwt" or Typed or "application/" + Typed
            ? null : $"The typ of a client assertion is JWT or {Typed}.";
    }

    // By the keys themselves and not by a token handler: it would read the claims too, and refuse some of them as a wrong signature.
    private static bool IsSigned(string assertion, string algorithm, string? keyId, JsonWebKeySet keys)
    {
        var last = assertion.LastIndexOf('.');
        var (signed, signature) = (Encoding.ASCII.GetBytes(assertion, 0, last), Base64Url.DecodeFromChars(assertion.AsSpan(last + 1)));
        foreach (var key in keys.GetSigningKeys())
        {
            // RFC 7515 section 4.1.4: a hint, which a key without a name leaves open.
            if (keyId is null || string.IsNullOrEmpty(key.KeyId) || key.KeyId == keyId)
            {
                if (Verifies(key, algorithm, signed, signature)) return true;
            }
        }

        return false;
    }

    private static bool Verifies(SecurityKey key, string algorithm, byte[] signed, byte[] signature)
    {
        var factory = key.CryptoProviderFactory;
        if (!factory.IsSupportedAlgorithm(algorithm, key)) return false;
        try
        {
            var provider = factory.CreateForVerifying(key, algorithm);
            try
            {
                return provider.Verify(signed, signature);
            }
            finally
            {
                factory.ReleaseSignatureProvider(provider);
            }
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException or CryptographicException)
        {
            // The key is too short for the algorithm that the header names.
            return false;
        }
    }

    private string? FaultOf(JsonElement claims, RegisteredClient client, out string id, out DateTimeOffset expires)
    {
        (id, expires) = (Text(claims, "jti") ?? "", default);
        if (Text(claims, "iss") != client.ClientId || Text(claims, "sub") != client.ClientId)
        {
            return "The iss and the sub of a client assertion are both the client_id.";
        }
        // A server that accepts an assertion for several audiences accepts one that another of them can replay (RFC 7523 section 3).
        if (AudienceOf(claims) is not { } audience) return "The aud of a client assertion is one text.";
        // RFC 10070: the issuer alone. An endpoint was the custom before, and another server can name ours as its own.
        var mayNameEndpoint = client.ClientAssertionAudience == AssertionAudiences.TokenEndpoint;
        if (audience != issuer.IssuerText && audience != issuer.IssuerText + "/"
            && !(mayNameEndpoint && audience == issuer.IssuerText + ProtocolPaths.Token))
        {
            return $"The aud of a client assertion is {issuer.IssuerText}.";
        }

        var now = time.GetUtcNow();
        if (TimeOf(claims, "exp") is not { } end) return "A client assertion needs an exp, a number of seconds.";
        expires = end;
        if (end + Skew <= now) return "The client assertion has expired.";
        if (end > now + LongestLife) return "The exp of a client assertion is at most one hour ahead.";
        if (IsAhead(claims, "nbf", now)) return "The client assertion is not valid yet (nbf).";
        if (IsAhead(claims, "iat", now)) return "The client assertion was issued in the future (iat).";
        return id.Length == 0 ? "A client assertion needs a jti, a text." : null;
    }

    // RFC 7523 section 3, number 7: each counts once.
    private async Task<string?> UseAsync(string clientId, string id, DateTimeOffset expires, CancellationToken cancellationToken) =>
        await used.TryAsync(Encoding.UTF8.GetBytes(clientId + "\0" + id), expires.UtcDateTime + Skew, cancellationToken)
            ? null
            : "The client assertion has been used before. Sign a new one with another jti.";

    private static bool IsAhead(JsonElement claims, string name, DateTimeOffset now) =>
        claims.TryGetProperty(name, out _) && !(TimeOf(claims, name) <= now + Skew);

    // RFC 7519 section 2: a NumericDate may have a fraction.
    private static DateTimeOffset? TimeOf(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds)
            && seconds is >= 0 and < 253_402_300_800
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;

    private static string? AudienceOf(JsonElement claims) =>
        !claims.TryGetProperty("aud", out var audience) ? null : audience.ValueKind switch
    {
        JsonValueKind.String => audience.GetString(),
        JsonValueKind.Array when audience.GetArrayLength() == 1 && audience[0].ValueKind == JsonValueKind.String => audience[0].GetString(),
        _ => null,
    };

    private static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <returns>Header and payload; null for anything else than three parts of base64url, the first two of which are JSON
    /// objects.</returns>
    private static (JsonElement Header, JsonElement Payload)? Read(string token)
    {
        if (token.Length > Longest || token.Split('.') is not [{ Length: > 0 } header, { Length: > 0 } payload, { Length: > 0 } signature])
        {
            return null;
        }
        if (!Base64Url.IsValid(signature)) return null;
        try
        {
            var (head, body) = (
                JsonElement.Parse(Base64Url.DecodeFromChars(header)), JsonElement.Parse(Base64Url.DecodeFromChars(payload)));
            return IsObjectOfTexts(head) && IsObjectOfTexts(body) ? (head, body) : null;
        }
        catch (Exception error) when (error is JsonException or FormatException or InvalidOperationException)
        {
            // InvalidOperationException: half of a surrogate pair, which is valid JSON and no text.
            return null;
        }
    }

    private static bool IsObjectOfTexts(JsonElement json) => json.ValueKind == JsonValueKind.Object
        && json.EnumerateObject().All(member => member.Value.ValueKind != JsonValueKind.String || member.Value.GetString() is not null);
}
