using AuthServer.Data;
using AuthServer.Keys;
using Microsoft.EntityFrameworkCore;
using StackExchange.Redis;

namespace AuthServer.Hosting;

/// <summary>What an orchestrator asks: is the process alive, and may it get requests.</summary>
public static class Health
{
    public const string Root = "/health";

    // Probes time out after a few seconds; an answer that comes later counts as none.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root + "/live", () => Results.Json(new { status = "live" })).ShortCircuit().DisableHttpMetrics();
        routes.MapGet(Root + "/ready", ReadyAsync).ShortCircuit().DisableHttpMetrics();
    }

    private static async Task<IResult> ReadyAsync(
        AuthDbContext db, KeyRing ring, IServiceProvider services, ILogger<WebHost> log, CancellationToken aborted)
    {
        var database = await AnswersAsync(db, log, aborted);
        var keys = !ring.Current.Signing.IsEmpty;
        // Without Redis every process counts alone: worse, but it serves.
        var redis = services.GetService<IConnectionMultiplexer>() is { } multiplexer ? multiplexer.IsConnected ? "ok" : "degraded" : "off";
        return Results.Json(
            new { status = database && keys ? "ready" : "not ready", database = Word(database), keys = Word(keys), redis },
            statusCode: database && keys ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static string Word(bool fine) => fine ? "ok" : "failed";

    private static async Task<bool> AnswersAsync(AuthDbContext db, ILogger log, CancellationToken aborted)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        limit.CancelAfter(Patience);
        try
        {
            // A row is asked for, not only a connection: a database without the schema is not ready.
            await db.Keys.AnyAsync(limit.Token);
            return true;
        }
        catch (Exception e) when (!aborted.IsCancellationRequested)
        {
            log.LogWarning("The database does not answer: {Error}", e.Message);
            return false;
        }
    }
}
