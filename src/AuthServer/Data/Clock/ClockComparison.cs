using System.Data.Common;
using AuthServer.Data.Sql;

namespace AuthServer.Data.Clock;

/// <summary>Compares the clock of this machine with that of PostgreSQL, before the first request and once a minute.</summary>
public sealed partial class ClockComparison(DatabaseTime time, SqlRunner sql, ILogger<ClockComparison> log) : BackgroundService
{
    private const string PostgresSql = "SELECT clock_timestamp() AT TIME ZONE 'UTC'";

    // The nearest answer of a few is used: a slow one says little.
    private const int Looks = 3;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    // A time server keeps machines far closer. Less is left alone, so that times do not tremble with the network.
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    /// <exception cref="DbException">The database does not answer.</exception>
    public async Task CompareAsync(CancellationToken cancellation)
    {
        var (difference, nearest) = (TimeSpan.Zero, TimeSpan.MaxValue);
        for (var look = 0; look < Looks; look++)
        {
            var (began, before) = (time.Machine.GetTimestamp(), time.Machine.GetUtcNow());
            var there = await sql.FirstValueAsync(PostgresSql, SqlValues.None, static row => row.Time(0), cancellation);
            var took = time.Machine.GetElapsedTime(began);
            // As if it had been read in the middle of the round trip.
            if (there is { } clock && took < nearest) (difference, nearest) = (clock - (before + took / 2).UtcDateTime, took);
        }

        // What lies within the time of the answer may be the network: the correction stays as it is.
        var doubt = Least + nearest;
        if ((difference - time.Correction).Duration() < doubt) return;
        Correct(difference.Duration() < doubt ? TimeSpan.Zero : difference);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await CompareAsync(stoppingToken);
            }
            catch (Exception error) when (error is DbException or TimeoutException or IOException)
            {
                // The last correction stays; readiness tells of the database.
            }
        }
    }

    private void Correct(TimeSpan correction)
    {
        time.Correction = correction;
        if (correction == TimeSpan.Zero) LogAgrees(log);
        else LogDiffers(log, Math.Round(correction.TotalSeconds, 1));
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The clock of PostgreSQL is {Seconds} s ahead of this machine's (behind, if negative). The server goes by PostgreSQL's, "
            + "so that replicas agree; let all machines follow a time server.")]
    private static partial void LogDiffers(ILogger logger, double seconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "The clocks of PostgreSQL and of this machine agree again.")]
    private static partial void LogAgrees(ILogger logger);
}
