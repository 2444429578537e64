using System.Globalization;
using AuthServer.Audit;
using AuthServer.JsonApi;
using AuthServer.Telemetry;

namespace AuthServer.RateLimits;

/// <summary>Counts a call of the JSON API once, tells the caller what is left, and refuses it when nothing is.</summary>
/// <remarks>The headers are those of draft-ietf-httpapi-ratelimit-headers-10.</remarks>
public sealed class ApiBudgetGate(ApiBudget budget, ThrottleKeys keys, Refusals refusals, AuthMeter meter)
{
    private static readonly object Counted = new();

    /// <param name="subject">The <c>sub</c> of a validated access token, or what names a service account.</param>
    /// <returns>Null when the call may go on.</returns>
    public Problem? TryEnterAsPerson(HttpContext http, string subject) => TryEnter(http, keys.OfSubject(subject), budget.TakeForPerson);

    /// <summary>For a refresh token whose MAC is right, so that people behind one address do not starve each other.</summary>
    /// <inheritdoc cref="TryEnterAsPerson"/>
    public Problem? TryEnterAsSession(HttpContext http, Guid sessionId) => TryEnter(http, keys.OfSession(sessionId), budget.TakeForPerson);

    /// <summary>For callers without a token of this server.</summary>
    /// <inheritdoc cref="TryEnterAsPerson"/>
    public Problem? TryEnterAsAddress(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address ? TryEnter(http, keys.OfAddress(address), budget.TakeForAddress) : null;

    private Problem? TryEnter(HttpContext http, UInt128 key, Func<UInt128, BudgetState> take)
    {
        // An endpoint may be asked about a call that the pipeline has counted already.
        if (!http.Items.TryAdd(Counted, null)) return null;
        var state = take(key);
        var reset = Math.Max(1, (long)Math.Ceiling(state.Reset.TotalSeconds));
        var headers = http.Response.Headers;
        headers["RateLimit-Policy"] = string.Create(
            CultureInfo.InvariantCulture, $"\"hour\";q={state.Limit};w={(int)ApiBudget.Period.TotalSeconds}");
        headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"hour\";r={state.Remaining};t={reset}");
        if (state.Admitted) return null;
        meter.RateLimited("hour");
        refusals.Record(RefusalKinds.OverBudget, Caller.Of(http));
        return Problem.TooManyRequests(
            TimeSpan.FromSeconds(reset), "The calls of this hour are used up. Try again after the seconds in Retry-After.");
    }
}
