using AuthServer.Configuration;

namespace AuthServer.RateLimits.Overload;

/// <summary>When the server has more requests than it can answer soon.</summary>
public sealed class OverloadOptions
{
    /// <summary>
    /// How many milliseconds new work may wait for a thread, for a tenth of a second on end, before requests are answered with 503 and
    /// Retry-After. 0: never.
    /// </summary>
    [Setting("OVERLOAD_QUEUE_MILLISECONDS", Minimum = 0, Maximum = 60_000)]
    public int QueueMilliseconds { get; set; } = 50;
}
