using AuthServer.Audit;
using AuthServer.JsonApi;
using AuthServer.Telemetry;

namespace AuthServer.RateLimits;

/// <summary>Bounds how fast one user may read the accounts of others: a stolen admin token does not copy the directory at once.</summary>
public sealed class LookupThrottle(RateLimitOptions options, ThrottleKeys keys, Refusals refusals, AuthMeter meter, TimeProvider time)
{
    private const int Capacity = 1 << 12;

    private readonly SlidingWindow _window = new(options.UserLookupsPerMinute, TimeSpan.FromMinutes(1), time, Capacity);

    /// <param name="subject">Who reads.</param>
    /// <returns>Null when the reading may go on.</returns>
    public Problem? TryEnter(HttpContext http, string subject)
    {
        if (_window.Take(keys.OfSubject(subject)) is not { } wait) return null;
        meter.RateLimited("user_lookups");
        refusals.Record(RefusalKinds.TooManyLookups, Caller.Of(http));
        return Problem.TooManyRequests(wait, "Accounts are read too fast. Try again after the seconds in Retry-After.");
    }
}
