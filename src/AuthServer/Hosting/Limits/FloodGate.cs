using AuthServer.Audit;
using AuthServer.Configuration;
using AuthServer.Hosting.Failures;
using AuthServer.JsonApi;
using AuthServer.RateLimits;
using AuthServer.Telemetry;

namespace AuthServer.Hosting.Limits;

/// <summary>Turns away addresses that send too many requests, before anything costly is done for them.</summary>
public static class FloodGate
{
    public static void UseFloodLimit(this IApplicationBuilder app)
    {
        var limit = app.ApplicationServices.GetRequiredService<FloodLimit>();
        var refusals = app.ApplicationServices.GetRequiredService<Refusals>();
        var meter = app.ApplicationServices.GetRequiredService<AuthMeter>();
        app.Use((http, next) =>
        {
            // Probes decide whether this process lives: they pass. What they ask of the database is asked once for all.
            if (http.Request.Path.StartsWithSegments(ProbePaths.Root)) return next(http);
            var taken = limit.TakeAsync(http.Connection.RemoteIpAddress);
            if (!taken.IsCompletedSuccessfully) return JudgeAsync(http, next, taken, refusals, meter);
            return taken.Result is { } wait ? RefuseAsync(http, wait, refusals, meter) : next(http);
        });
    }

    private static async Task JudgeAsync(
        HttpContext http, RequestDelegate next, ValueTask<TimeSpan?> taken, Refusals refusals, AuthMeter meter)
    {
        if (await taken is { } wait) await RefuseAsync(http, wait, refusals, meter);
        else await next(http);
    }

    private static Task RefuseAsync(HttpContext http, TimeSpan wait, Refusals refusals, AuthMeter meter)
    {
        meter.RateLimited("address");
        refusals.Record(RefusalKinds.Flood, Caller.Of(http));
        return ErrorAnswer.TurnAwayAsync(http, Problem.OfStatus(StatusCodes.Status429TooManyRequests) with { RetryAfter = wait });
    }
}
