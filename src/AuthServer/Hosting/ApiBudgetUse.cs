using AuthServer.RateLimits;
using Microsoft.AspNetCore.Authentication;

namespace AuthServer.Hosting;

/// <summary>Counts the calls of the JSON API that routing answers; those that the protocol's handlers answer count themselves.</summary>
public static class ApiBudgetUse
{
    /// <summary>The scheme that validates access tokens for the API.</summary>
    public const string Scheme = "api";

    public static void UseApiBudget(this IApplicationBuilder app)
    {
        var gate = app.ApplicationServices.GetRequiredService<ApiBudgetGate>();
        var schemes = app.ApplicationServices.GetRequiredService<IAuthenticationSchemeProvider>();
        app.UseWhen(http => http.Request.Path.StartsWithSegments("/v1"), api => api.Use(async (http, next) =>
        {
            var refused = await SubjectAsync(http, schemes) is { } subject ? gate.TryEnterAsPerson(http, subject) : gate.TryEnterAsAddress(http);
            if (refused is null) await next(http);
            else await refused.ExecuteAsync(http);
        }));
    }

    /// <summary>Who calls, by a token that is valid; the answer of the scheme is kept for authorization. A forged token counts for its address.</summary>
    private static async Task<string?> SubjectAsync(HttpContext http, IAuthenticationSchemeProvider schemes)
    {
        if (http.Request.Headers.Authorization.Count == 0 || await schemes.GetSchemeAsync(Scheme) is null) return null;
        var result = await http.AuthenticateAsync(Scheme);
        return result.Succeeded ? result.Principal.FindFirst("sub")?.Value : null;
    }
}
