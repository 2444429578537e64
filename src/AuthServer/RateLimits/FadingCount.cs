namespace AuthServer.RateLimits;

/// <summary>The arithmetic of a sliding window over two counters: the previous period's fades out linearly.</summary>
internal static class FadingCount
{
    /// <param name="passed">The part of the current period that is over, from 0 to 1.</param>
    public static bool Admits(int current, int previous, double passed, int limit) => current + (previous * (1 - passed)) + 1 <= limit;

    /// <summary>When enough of the fading counter is gone: of the previous period now, or of this one in the next period.</summary>
    public static TimeSpan Wait(int current, int previous, double passed, int limit, TimeSpan period)
    {
        var room = limit - 1 - current;
        var until = room >= 0 && previous > 0
            ? 1 - ((double)room / previous)
            : 2 - ((double)(limit - 1) / current);
        var wait = TimeSpan.FromTicks((long)(Math.Max(until - passed, 0) * period.Ticks));
        return TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(wait.TotalSeconds)));
    }
}
