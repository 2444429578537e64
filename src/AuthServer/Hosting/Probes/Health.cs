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
        DatabaseProbe probe, KeyRing ring, IServiceProvider services, CancellationToken aborted)
    {
        var database = await probe.AnswersAsync().WaitAsync(aborted);
        var keys = !ring.Current.Signing.IsEmpty;
        // Without Redis every process counts alone: worse, but it serves.
        var redis = services.GetService<IConnectionMultiplexer>() is { } multiplexer ? multiplexer.IsConnected ? "ok" : "degraded" : "off";
        return Results.Json(
            new { status = database && keys ? "ready" : "not ready", database = Word(database), keys = Word(keys), redis },
            statusCode: database && keys ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static string Word(bool fine) => fine ? "ok" : "failed";
}
