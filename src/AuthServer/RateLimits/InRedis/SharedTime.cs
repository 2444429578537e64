namespace AuthServer.RateLimits.InRedis;

/// <summary>
/// The clock of Redis as this process knows it, so that periods here and in Redis begin and end together.
/// </summary>
internal sealed class SharedTime(TimeProvider time) : TimeProvider
{
    // A difference this small is the way of an answer.
    private static readonly long Slack = TimeSpan.FromMilliseconds(50).Ticks;

    // A clock that is so wrong is not followed: this server counts by its own, and its periods begin at other times than those in Redis.
    private static readonly long Believed = TimeSpan.FromDays(1).Ticks;

    private long _ahead;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow().AddTicks(Volatile.Read(ref _ahead));

    /// <summary>Redis says that it is so late.</summary>
    public void Learn(long ticks)
    {
        var ahead = ticks - time.GetUtcNow().UtcTicks;
        if (ahead > Believed || ahead < -Believed) return;
        if (Math.Abs(ahead - Volatile.Read(ref _ahead)) > Slack) Volatile.Write(ref _ahead, ahead);
    }

    public static long MicrosecondsOf(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    /// <param name="microseconds">Since 1970.</param>
    public static long TicksOf(long microseconds) => DateTime.UnixEpoch.Ticks + (microseconds * TimeSpan.TicksPerMicrosecond);
}
