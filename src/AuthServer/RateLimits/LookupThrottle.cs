using AuthServer.Audit;
using AuthServer.JsonApi;
using AuthServer.RateLimits.InRedis;
using AuthServer.Telemetry;

namespace AuthServer.RateLimits;

/// <summary>Bounds how fast one user may read the accounts of others: a stolen admin token does not copy the directory at once.</summary>
public sealed class LookupThrottle(
    RateLimitOptions options, ThrottleKeys keys, Refusals refusals, AuthMeter meter, TimeProvider time, SharedCounters? shared = null)
{
    private const int Capacity = 1 << 12;

    private readonly WindowLimit _window = new(
        "lookups", options.UserLookupsPerMinute, TimeSpan.FromMinutes(1), time, shared, Capacity);

    /// <param name="subject">Who reads.</param>
    /// <returns>Null when the reading may go on.</returns>
    public async ValueTask<Problem?> TryEnterAsync(HttpContext http, string subject)
    {
        if (await _window.TakeAsync(keys.OfSubject(subject)) is not { } wait) return null;
        meter.RateLimited("user_lookups");
        refusals.Record(RefusalKinds.TooManyLookups, Caller.Of(http));
        return Problem.TooManyRequests(wait, "Accounts are read too fast. Try again after the seconds in Retry-After.");
    }
}
