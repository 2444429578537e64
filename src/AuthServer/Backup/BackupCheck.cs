using System.Runtime.CompilerServices;
using AuthServer.Backup.Schedule;
using AuthServer.Configuration;
using AuthServer.Doctor;

namespace AuthServer.Backup;

/// <summary>Whether there is a backup, whether it is as young as BACKUP_SCHEDULE says, and whether one was proven by a restore.</summary>
public sealed class BackupCheck(
    TimeProvider time, IHostEnvironment environment, BackupScheduleOptions? schedule = null, BackupOptions? options = null) : ICheck
{
    // A backup takes its time, and one that failed is tried again after an hour.
    private static readonly TimeSpan Late = TimeSpan.FromHours(2), LateDrill = TimeSpan.FromDays(2);

    public string Name => "Backups";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (schedule is null || options is null || schedule.To is null)
        {
            const string Text = "BACKUP_TO is not set: nothing makes backups by the clock";
            // Settings that are refused are told of by their own check.
            yield return schedule is null || options is null || environment.IsDevelopment() ? Finding.Skipped(Text) : Finding.Warning(
                Text, "set BACKUP_TO to another disk or to a bucket, and BACKUP_SCHEDULE (docs/backups-schedule.md)");
            yield break;
        }

        var (state, fault) = await ReadAsync(schedule, options, cancellationToken);
        if (state is null)
        {
            yield return fault!;
            yield break;
        }

        if (state.Newest is not { } newest)
        {
            yield return Finding.Warning($"{state.Place} has no backup", "run `AuthServer backup create`, or wait for BACKUP_SCHEDULE");
            yield break;
        }

        var made = $"the newest backup in {state.Place} is of {UtcText.Minute(newest.CreatedAt)}";
        yield return schedule.Times?.After(newest.CreatedAt) is { } due && due + Late < state.ReadAt
            ? Finding.Wrong($"{made}, and one was due at {UtcText.Minute(due)}", "look in the log for \"No backup was made\"")
            : Finding.Ok(made);
        yield return Drill(state, schedule);
    }

    private static Finding Drill(BackupState state, BackupScheduleOptions schedule) => state.LastDrill switch
    {
        null => Finding.Warning("no backup has been proven by a restore", "run `AuthServer backup drill`"),
        { Passed: false } failed => Finding.Wrong(
            $"the restore drill of {UtcText.Minute(failed.At)} failed: {failed.Reason}",
            "make a backup and run `AuthServer backup drill`; docs/backups-schedule.md has the reasons"),
        var passed when schedule.DrillTimes?.After(passed.At) is { } due && due + LateDrill < state.ReadAt => Finding.Warning(
            $"the last restore drill was at {UtcText.Minute(passed.At)}", "run `AuthServer backup drill`, and look in the log"),
        var passed => Finding.Ok($"{passed.Backup} was restored and signed in to at {UtcText.Minute(passed.At)}"),
    };

    private async Task<(BackupState? State, Finding? Fault)> ReadAsync(
        BackupScheduleOptions from, BackupOptions keys, CancellationToken cancellationToken)
    {
        try
        {
            return (await new BackupStates(from, keys, time).ReadAsync(cancellationToken), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or StartRefusedException)
        {
            return (null, Sentence.Wrong(e.Message));
        }
    }
}
