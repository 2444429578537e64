using System.Globalization;
using Microsoft.AspNetCore.Authentication.JwtBearer;

namespace ResourceApi;

/// <summary>Tells a client that was refused what it lacks and where to get it (RFC 6750 section 3, RFC 9728 section 5.1).</summary>
public static class Challenges
{
    public static async Task OnChallengeAsync(JwtBearerChallengeContext context)
    {
        context.HandleResponse();
        // Not the token's fault: a client that is told so would throw a good token away.
        var away = context.AuthenticateFailure switch
        {
            IssuerUnreachableException => "The authorization server does not answer; the token cannot be checked.",
            ProofStoreAwayException => "It cannot be known at the moment whether the proof was used before. Send a new one later.",
            _ => null,
        };
        if (away is not null)
        {
            context.Response.Headers.RetryAfter = "5";
            await WriteAsync(context.HttpContext, StatusCodes.Status503ServiceUnavailable, away);
            return;
        }

        // RFC 6750 section 3.1: no error code for a request that carried no token at all.
        var error = context.AuthenticateFailure switch
        {
            null => "",
            ProofRefusedException refused when ProofOfPossession.TokenOf(context.Request) is not null =>
                Error(refused.Error, refused.Message),
            _ => Error("invalid_token", "The access token is expired, malformed or not for this API."),
        };
        // RFC 6750 section 3: a client that knows nothing of this resource asks for this much.
        if (ProtectedResource.Of(context.HttpContext).FirstScope is { } first) error += $"scope=\"{first}\", ";
        await RefuseAsync(
            context.HttpContext, StatusCodes.Status401Unauthorized, error, "An access token of this API's authorization server is needed.");
    }

    private static string DPoP => $"{ProofOfPossession.Scheme} algs=\"{string.Join(' ', ProofOfPossession.Algorithms)}\"";

    public static Task OnForbiddenAsync(ForbiddenContext context)
    {
        var scope = context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>()?.Scope;
        return scope is null
            ? RefuseAsync(context.HttpContext, StatusCodes.Status403Forbidden, "", "The access token does not allow this call.")
            : AskForScopeAsync(context.HttpContext, scope, scope);
    }

    /// <summary>The token is good, and has not the scope for this call (RFC 6750 section 3.1).</summary>
    /// <param name="ask">What the client is to ask for: a new token replaces the old one, so it names also what the old one has.</param>
    public static Task AskForScopeAsync(HttpContext http, string missing, string ask)
    {
        var detail = $"The access token does not carry the scope {missing}.";
        return RefuseAsync(
            http, StatusCodes.Status403Forbidden, $"{Error("insufficient_scope", detail)}scope=\"{ask}\", ", detail);
    }

    /// <summary>The token is good, and the sign-in behind it is not good enough for this call (RFC 9470 section 3).</summary>
    public static Task AskForSignInAsync(HttpContext http, IReadOnlyList<string> acrValues, TimeSpan? maxAge)
    {
        const string detail = "A newer or stronger sign-in of the person is needed for this call.";
        var error = Error("insufficient_user_authentication", detail);
        if (acrValues.Count > 0) error += $"acr_values=\"{string.Join(' ', acrValues)}\", ";
        if (maxAge is { } age) error += string.Create(CultureInfo.InvariantCulture, $"max_age=\"{(long)age.TotalSeconds}\", ");
        return RefuseAsync(http, StatusCodes.Status401Unauthorized, error, detail);
    }

    private static string Error(string code, string description) => $"error=\"{code}\", error_description=\"{description}\", ";

    private static Task RefuseAsync(HttpContext http, int status, string error, string detail)
    {
        // RFC 9449 section 7.1: the scheme that the client used.
        var scheme = ProofOfPossession.TokenOf(http.Request) is null ? "Bearer " : DPoP + ", ";
        var metadata = ProtectedResourceMetadata.AddressOf(ProtectedResource.Of(http));
        var challenge = $"{scheme}{error}resource_metadata=\"{metadata}\"";
        // Section 7.1: who has not used any is told of both. Bearer stands first, because clients that know it alone look no further.
        string[] challenges = http.Request.Headers.Authorization.Count > 0 ? [challenge] : [challenge, DPoP];
        http.Response.Headers.WWWAuthenticate = challenges;
        return WriteAsync(http, status, detail);
    }

    // Not by IProblemDetailsService, which throws for a browser that accepts text/html and no JSON.
    private static Task WriteAsync(HttpContext http, int status, string detail) =>
        TypedResults.Problem(statusCode: status, detail: detail).ExecuteAsync(http);
}
