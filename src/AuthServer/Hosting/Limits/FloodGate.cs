using AuthServer.Audit;
using AuthServer.Hosting.Failures;
using AuthServer.Hosting.Probes;
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
            // Probes decide whether this process lives: they pass. What they ask of the database is asked once for all.
            http.Request.Path.StartsWithSegments(Health.Root) || limit.Take(http.Connection.RemoteIpAddress) is not { } wait
                ? next(http) : RefuseAsync(http, wait, refusals, meter));
    }

    private static Task RefuseAsync(HttpContext http, TimeSpan wait, Refusals refusals, AuthMeter meter)
    {
        meter.RateLimited("address");
        refusals.Record(RefusalKinds.Flood, Caller.Of(http));
        return ErrorAnswer.WriteAsync(http, StatusCodes.Status429TooManyRequests, retryAfter: wait);
    }
}
