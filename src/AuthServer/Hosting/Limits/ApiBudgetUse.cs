using AuthServer.Api.Tokens;
using AuthServer.Configuration;
using AuthServer.RateLimits;
using Microsoft.AspNetCore.Authentication;

namespace AuthServer.Hosting.Limits;

/// <summary>Counts the calls of the JSON API that routing answers; those that the protocol's handlers answer count themselves.</summary>
public static class ApiBudgetUse
{
    public static void UseApiBudget(this IApplicationBuilder app)
    {
        var gate = app.ApplicationServices.GetRequiredService<ApiBudgetGate>();
        app.UseWhen(http => http.Request.Path.StartsWithSegments(ApiPaths.Root), api => api.Use(async (http, next) =>
        {
            var refused = await (await SubjectAsync(http) is { } subject
                ? gate.TryEnterAsPersonAsync(http, subject)
                : gate.TryEnterAsAddressAsync(http));
            if (refused is null) await next(http);
            else await refused.ExecuteAsync(http);
        }));
    }

    /// <summary>
    /// Who calls, a person or a service account, by a token that is valid; the answer of the scheme is kept for authorization. A forged
    /// token counts for its address.
    /// </summary>
    private static async Task<string?> SubjectAsync(HttpContext http)
    {
        if (http.Request.Headers.Authorization.Count == 0) return null;
        var result = await http.AuthenticateAsync(BearerTokens.SchemeName);
        return result.Succeeded ? ApiCaller.Of(http).Subject : null;
    }
}
