using System.Net;
using AuthServer.Configuration;
using AuthServer.Hosting.Probes;
using AuthServer.Telemetry;

namespace AuthServer.Hosting.Management;

/// <summary>What the management listener answers: metrics, and health with its details. Everything else is 404.</summary>
public sealed class ManagementAnswers(HealthState health, PrometheusMetrics metrics)
{
    public const string Metrics = "/metrics";

    public static bool IsFor(HttpContext http) =>
        http.Request.Path.Value is Metrics or ProbePaths.Live or ProbePaths.Ready or ProbePaths.Startup;

    public Task AnswerAsync(HttpContext http)
    {
        var (request, response) = (http.Request, http.Response);
        response.Headers.CacheControl = "no-store";
        if (IsFromForeignPage(http))
        {
            response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }

        if (!IsFor(http))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            response.Headers.Allow = "GET, HEAD";
            return Task.CompletedTask;
        }

        return request.Path.Value switch
        {
            ProbePaths.Live => Health.WriteAsync(http, isSo: true, "live", "live"),
            ProbePaths.Startup => Health.WriteAsync(http, health.HasStarted, "started", "starting"),
            ProbePaths.Ready => WriteStateAsync(http),
            _ => WriteMetricsAsync(http),
        };
    }

    private async Task WriteMetricsAsync(HttpContext http)
    {
        // One of the figures; a server that cannot say is not ready, and its figures are read all the same.
        await health.IsReadyAsync(http.RequestAborted);
        await metrics.WriteAsync(http);
    }

    private async Task WriteStateAsync(HttpContext http)
    {
        var state = await health.LookAsync(http.RequestAborted);
        if (state.Status != Readiness.IsReady) http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        await http.Response.WriteAsJsonAsync(state, http.RequestAborted);
    }

    /// <summary>A page in a browser of this machine whose name its owner points to 127.0.0.1 (DNS rebinding).</summary>
    private static bool IsFromForeignPage(HttpContext http) =>
        http.Connection.LocalIpAddress is { } address && IPAddress.IsLoopback(address)
        && http.Request.Host.Host is var host && !LoopbackHost.Is(host) && !IPAddress.TryParse(host.Trim('[', ']'), out _);
}
