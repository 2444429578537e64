namespace AuthServer.Data.Clock;

/// <summary>The time that all replicas have in common: this machine's, corrected by the clock of their PostgreSQL.</summary>
/// <remarks>
/// Replicas judge what others have written by seconds: codes, the grace of a refresh token, sign-ins that had to be fresh. A machine whose
/// clock is off would end sessions and refuse codes.
/// </remarks>
public sealed class DatabaseTime(TimeProvider machine) : TimeProvider
{
    private long _correction;

    /// <summary>What is added to the clock of the machine.</summary>
    public TimeSpan Correction
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref _correction));
        internal set => Interlocked.Exchange(ref _correction, value.Ticks);
    }

    /// <summary>The clock of the machine alone.</summary>
    internal TimeProvider Machine => machine;

    public override TimeZoneInfo LocalTimeZone => machine.LocalTimeZone;

    public override long TimestampFrequency => machine.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => machine.GetUtcNow().AddTicks(Interlocked.Read(ref _correction));

    public override long GetTimestamp() => machine.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        machine.CreateTimer(callback, state, dueTime, period);
}
