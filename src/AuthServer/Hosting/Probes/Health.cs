using System.Net;
using AuthServer.Backup;
using AuthServer.Configuration;
using AuthServer.Keys;
using StackExchange.Redis;

namespace AuthServer.Hosting.Probes;

/// <summary>What an orchestrator asks: is the process alive, and may it get requests.</summary>
public static class Health
{
    public const string Root = "/health";

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root + "/live", () => Results.Json(new { status = "live" })).ShortCircuit().DisableHttpMetrics();
        routes.MapGet(Root + "/ready", ReadyAsync).ShortCircuit().DisableHttpMetrics();
    }

    private static async Task<IResult> ReadyAsync(
        HttpContext http, DatabaseProbe probe, KeyRing ring, BackupStates backups, IServiceProvider services, CancellationToken aborted)
    {
        var database = await probe.AnswersAsync().WaitAsync(aborted);
        var keys = !ring.Current.Signing.IsEmpty;
        // Without Redis every process counts alone: worse, but it serves.
        var redis = services.GetService<IConnectionMultiplexer>() is { } multiplexer ? multiplexer.IsConnected ? "ok" : "degraded" : "off";
        return Results.Json(
            new Readiness(
                database && keys ? "ready" : "not ready", Word(database), Word(keys), redis,
                IsOfThisMachine(http) ? BackupDetail.Of(backups.Last) : null),
            statusCode: database && keys ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>Asked on this machine itself, and not through a proxy on it: an operator, or a program of one.</summary>
    private static bool IsOfThisMachine(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address) && LoopbackHost.Is(http.Request.Host.Host)
        && !http.Request.Headers.ContainsKey("X-Forwarded-For") && !http.Request.Headers.ContainsKey("Forwarded")
        && !http.Request.Headers.ContainsKey("X-Original-For");

    private static string Word(bool fine) => fine ? "ok" : "failed";
}
