using System.Text;
using AuthServer.Configuration;

namespace AuthServer.Hosting.Probes;

/// <summary>
/// What an orchestrator asks: is the process alive, has it started, may it get requests. Everybody may ask, so the answers say no more;
/// <c>Hosting/Management/ManagementAnswers.cs</c> has the reasons.
/// </summary>
public static class Health
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(ProbePaths.Live, static http => WriteAsync(http, isSo: true, "live", "live")).ShortCircuit().DisableHttpMetrics();
        routes.MapGet(ProbePaths.Ready, static http => ReadyAsync(http)).ShortCircuit().DisableHttpMetrics();
        routes.MapGet(ProbePaths.Startup, static http => WriteAsync(http, StateOf(http).HasStarted, "started", "starting"))
            .ShortCircuit().DisableHttpMetrics();
    }

    /// <summary>One word, and 503 when it is not the good one.</summary>
    public static Task WriteAsync(HttpContext http, bool isSo, string good, string bad)
    {
        if (!isSo) http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        http.Response.ContentType = "application/json; charset=utf-8";
        var body = Encoding.ASCII.GetBytes($"{{\"status\":\"{(isSo ? good : bad)}\"}}");
        http.Response.ContentLength = body.Length;
        return http.Response.Body.WriteAsync(body, 0, body.Length, http.RequestAborted);
    }

    private static async Task ReadyAsync(HttpContext http) =>
        await WriteAsync(http, await StateOf(http).IsReadyAsync(http.RequestAborted), Readiness.IsReady, Readiness.IsNotReady);

    private static HealthState StateOf(HttpContext http) => http.RequestServices.GetRequiredService<HealthState>();
}
