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
    public ValueTask<Problem?> TryEnterAsPersonAsync(HttpContext http, string subject) =>
        IsFirst(http) ? Judge(http, budget.TakeForPersonAsync(keys.OfSubject(subject))) : default;

    /// <summary>For a refresh token whose MAC is right, so that people behind one address do not starve each other.</summary>
    /// <inheritdoc cref="TryEnterAsPersonAsync"/>
    public ValueTask<Problem?> TryEnterAsSessionAsync(HttpContext http, Guid sessionId) =>
        IsFirst(http) ? Judge(http, budget.TakeForPersonAsync(keys.OfSession(sessionId))) : default;

    /// <summary>For callers without a token of this server.</summary>
    /// <inheritdoc cref="TryEnterAsPersonAsync"/>
    public ValueTask<Problem?> TryEnterAsAddressAsync(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address && IsFirst(http)
            ? Judge(http, budget.TakeForAddressAsync(keys.OfAddress(address)))
            : default;

    // An endpoint may be asked about a call that the pipeline has counted already.
    private static bool IsFirst(HttpContext http) => http.Items.TryAdd(Counted, null);

    private ValueTask<Problem?> Judge(HttpContext http, ValueTask<BudgetState> taken) =>
        taken.IsCompletedSuccessfully ? new(Tell(http, taken.Result)) : JudgeAsync(http, taken);

    private async ValueTask<Problem?> JudgeAsync(HttpContext http, ValueTask<BudgetState> taken) => Tell(http, await taken);

    private Problem? Tell(HttpContext http, in BudgetState state)
    {
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
