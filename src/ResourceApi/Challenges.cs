using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Mvc;

namespace ResourceApi;

/// <summary>Tells a client that was refused what it lacks and where to get it (RFC 6750 section 3, RFC 9728 section 5.1).</summary>
public static class Challenges
{
    public static async Task OnChallengeAsync(JwtBearerChallengeContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.HandleResponse();
        // RFC 6750 section 3.1: no error code for a request that carried no token at all.
        var error = context.AuthenticateFailure is null ? "" : "error=\"invalid_token\", error_description=\"The access token is expired, malformed or not for this API.\", ";
        await AnswerAsync(context.HttpContext, StatusCodes.Status401Unauthorized, error,
            "An access token of this API's authorization server is needed.");
    }

    public static Task OnForbiddenAsync(ForbiddenContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var scope = context.HttpContext.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>()?.Scope;
        var error = scope is null ? "" : $"error=\"insufficient_scope\", scope=\"{scope}\", ";
        return AnswerAsync(context.HttpContext, StatusCodes.Status403Forbidden, error,
            scope is null ? "This call is for signed-in people." : $"The access token does not carry the scope {scope}.");
    }

    private static Task AnswerAsync(HttpContext http, int status, string error, string detail)
    {
        var settings = http.RequestServices.GetRequiredService<ApiSettings>();
        http.Response.StatusCode = status;
        http.Response.Headers.WWWAuthenticate = $"Bearer {error}resource_metadata=\"{ProtectedResourceMetadata.AddressOf(settings)}\"";
        return http.RequestServices.GetRequiredService<IProblemDetailsService>().WriteAsync(new()
        {
            HttpContext = http,
            ProblemDetails = new ProblemDetails { Status = status, Detail = detail },
        }).AsTask();
    }
}
