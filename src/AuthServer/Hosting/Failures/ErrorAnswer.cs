using AuthServer.Audit;
using AuthServer.Configuration;
using AuthServer.JsonApi;
using AuthServer.Ui.Protocol.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AuthServer.Hosting.Failures;

/// <summary>
/// Chooses the form in which the caller reads a <see cref="Problem"/>: a page for a browser, an OAuth error for a client of the protocol,
/// otherwise problem+json.
/// </summary>
public static class ErrorAnswer
{
    public static Task WriteAsync(HttpContext http, int status, string? detail = null, TimeSpan? retryAfter = null)
    {
        var problem = Problem.OfStatus(status, detail) with { RetryAfter = retryAfter };
        if (IsForBrowser(http.Request)) return WritePageAsync(http, problem, detail);
        // 429 and 503 are told by their status; RFC 6749 has no error for them.
        return status is 400 or 408 or 413 or 415
            && ProtocolPaths.OfClients.Any(p => http.Request.Path.Equals(p, StringComparison.OrdinalIgnoreCase))
            ? WriteOAuthErrorAsync(http, problem) : problem.ExecuteAsync(http);
    }

    /// <summary>Turns a request away because there are too many: nothing is rendered for it.</summary>
    /// <param name="problem">With status 429 or 503.</param>
    public static Task TurnAwayAsync(HttpContext http, Problem problem)
    {
        if (!IsForBrowser(http.Request)) return problem.ExecuteAsync(http);
        problem.WriteHead(http.Response);
        var pages = http.RequestServices.GetRequiredService<KeptErrorPages>();
        var page = problem.Status == StatusCodes.Status429TooManyRequests ? pages.TooMany : pages.Busy;
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.ContentLength = page.Length;
        return http.Response.Body.WriteAsync(page, http.RequestAborted).AsTask();
    }

    private static bool IsForBrowser(HttpRequest request) =>
        !request.Path.StartsWithSegments(ApiPaths.Root)
            && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static Task WritePageAsync(HttpContext http, Problem problem, string? detail)
    {
        problem.WriteHead(http.Response);
        // Blazor makes an address of the request's own, which fails with a Host that is none.
        var issuer = http.RequestServices.GetRequiredService<IssuerOptions>();
        (http.Request.Scheme, http.Request.Host) = (issuer.Issuer.Scheme, new HostString(issuer.Issuer.Authority));
        var model = new ErrorModel { StatusCode = problem.Status, Reference = ReferenceCode.Of(http), Text = detail };
        return new RazorComponentResult<ErrorPage>(
            new Dictionary<string, object?> { [nameof(ErrorPage.Model)] = model }) { StatusCode = problem.Status }.ExecuteAsync(http);
    }

    // RFC 6749 section 5.2
    private static Task WriteOAuthErrorAsync(HttpContext http, Problem problem)
    {
        problem.WriteHead(http.Response);
        return Results.Json(
            new Dictionary<string, string> { ["error"] = "invalid_request", ["error_description"] = problem.Detail },
            statusCode: problem.Status).ExecuteAsync(http);
    }
}
