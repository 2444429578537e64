using System.Text.Json;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;

namespace ResourceApi;

/// <summary>
/// Accepts access tokens that are bound to a key or a certificate from who proves it (DPoP, RFC 9449 section 7; RFC 8705 section 3), and no
/// bound token without.
/// </summary>
public sealed class ProofOfPossession(DPoPProofs proofs)
{
    public const string Scheme = "DPoP";

    private const string Key = "jkt", Certificate = "x5t#S256";

    public static IReadOnlyList<string> Algorithms => DPoPProofs.Algorithms;

    /// <summary>The token of an Authorization header with the scheme DPoP; null for another scheme.</summary>
    public static string? TokenOf(HttpRequest request) =>
        request.Headers.Authorization is [{ } text] && text.StartsWith(Scheme + " ", StringComparison.OrdinalIgnoreCase)
            ? text[(Scheme.Length + 1)..].Trim(' ')
            : null;

    /// <summary>For <see cref="JwtBearerEvents.OnTokenValidated"/>: the token is genuine, and may its sender use it?</summary>
    public static async Task OnTokenValidatedAsync(TokenValidatedContext context)
    {
        var possession = context.HttpContext.RequestServices.GetRequiredService<ProofOfPossession>();
        if (context.SecurityToken is not JsonWebToken token)
        {
            context.Fail("The token is no JWT.");
            return;
        }

        try
        {
            if (await possession.FaultOfAsync(context.Request, token) is { } fault) context.Fail(fault);
        }
        catch (ProofStoreAwayException error)
        {
            context.Fail(error);
        }
    }

    /// <returns>What is wrong; null for a bearer token, and for a bound token whose sender has proved what it is bound to.</returns>
    private async Task<ProofRefusedException?> FaultOfAsync(HttpRequest request, JsonWebToken token)
    {
        // As any type first: what is no object confirms nothing, and is no bearer token either (RFC 7800 section 3).
        var bound = token.TryGetPayloadValue<object>("cnf", out _);
        if (!token.TryGetPayloadValue<JsonElement>("cnf", out var confirmation)) confirmation = default;
        var byProof = TokenOf(request) is not null;
        if (confirmation.ValueKind != JsonValueKind.Object)
        {
            if (bound) return new("The access token is bound to something that this API does not know.");
            return byProof ? new("The access token is not bound to a key: send it as a bearer token.") : null;
        }

        var key = TextOf(confirmation, Key);
        // RFC 7800 section 3.1: a kind of confirmation that is not known here is not confirmed, and one that is empty confirms nothing.
        if (confirmation.EnumerateObject().Any(method => method.Name is not (Key or Certificate))
            || (key is null && TextOf(confirmation, Certificate) is null))
        {
            return new("The access token is bound to something that this API does not know.");
        }

        if (confirmation.TryGetProperty(Certificate, out _)
            && (ClientCertificates.ThumbprintOf(request.HttpContext) is not { } shown || shown != TextOf(confirmation, Certificate)))
        {
            return new("The access token is bound to another certificate than the connection has.");
        }

        if (!confirmation.TryGetProperty(Key, out _))
        {
            return byProof ? new("The access token is bound to a certificate and to no key: send it as a bearer token.") : null;
        }

        return byProof ? await proofs.FaultOfAsync(request, token.EncodedToken, key)
            : new("The access token is bound to a key: send it with a proof.");
    }

    private static string? TextOf(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}

/// <summary>The token may be genuine, but its sender has not proved what it is bound to.</summary>
/// <param name="error">Of RFC 9449 section 12.</param>
public sealed class ProofRefusedException(string fault, string error = "invalid_dpop_proof") : Exception(fault)
{
    public string Error { get; } = error;
}
