using AuthServer.Backup.Places;
using AuthServer.Configuration;

namespace AuthServer.Backup.Schedule;

/// <summary>Where backups go, when they are made and proven, and which are kept.</summary>
public sealed class BackupScheduleOptions : ICheckedSettings
{
    // Sunday morning, after the backup of the night.
    private const string UsualDrill = "30 4 * * 0";
    private const string Off = "off";

    /// <summary>
    /// Where backups are kept: a directory, or s3://bucket/prefix, for this server alone. Credentials, region and endpoint of S3 come from
    /// the AWS variables (AWS_ACCESS_KEY_ID, AWS_REGION, AWS_ENDPOINT_URL_S3 and so on), a profile, or the role of the machine.
    /// </summary>
    [Setting("BACKUP_TO", Cure = "a directory, or s3://bucket/prefix")]
    public string? To { get; set; }

    /// <summary>
    /// When backups are made: "minute hour day month weekday" in UTC, such as "0 2 * * *", or @hourly, @daily, @weekly or @monthly. One
    /// replica makes each of them. Absent: the command `backup create` alone makes backups.
    /// </summary>
    [Setting("BACKUP_SCHEDULE", Cure = CronSchedule.Form)]
    public string? Schedule { get; set; }

    /// <summary>
    /// Which backups are kept after a new one is made: a number, an age, or both, such as 14, 30d or "14 30d"; what either keeps stays, and
    /// the newest one that a restore drill has proven stays in any case. Absent: all.
    /// </summary>
    [Setting("BACKUP_KEEP", Cure = Retention.Form)]
    public string? Keep { get; set; }

    /// <summary>
    /// When the newest backup is restored into a scratch database and a sign-in is tried against it: as BACKUP_SCHEDULE, or off. Absent:
    /// Sundays at 04:30 UTC, when BACKUP_SCHEDULE is set.
    /// </summary>
    [Setting("BACKUP_DRILL", Cure = CronSchedule.Form + ", or off")]
    public string? Drill { get; set; }

    /// <summary>
    /// The directory for the scratch database of a restore drill, which takes as much room as an embedded database with the same rows. It
    /// is encrypted with a key that is never written down, and deleted afterwards. Absent: the data directory.
    /// </summary>
    [Setting("BACKUP_SCRATCH", Cure = "the path of a directory")]
    public string? Scratch { get; set; }

    /// <summary>Null: no backups by the clock.</summary>
    public CronSchedule? Times { get; private set; }

    /// <summary>Null: no drills by the clock.</summary>
    public CronSchedule? DrillTimes { get; private set; }

    /// <summary>Null: all are kept.</summary>
    public Retention? Kept { get; private set; }

    public void Check(SettingProblems problems)
    {
        if (To is not null && S3Address.IsNamedBy(To) && S3Address.Parse(To) is null)
            problems.Add("BACKUP_TO", $"\"{To}\" names no bucket", "set it to s3://bucket/prefix");
        Times = Parse("BACKUP_SCHEDULE", Schedule, CronSchedule.Form, CronSchedule.Parse, problems);
        Kept = Parse("BACKUP_KEEP", Keep, Retention.Form, Retention.Parse, problems);
        if (!string.Equals(Drill, Off, StringComparison.OrdinalIgnoreCase))
        {
            var drill = Drill ?? (Times is null ? null : UsualDrill);
            DrillTimes = Parse("BACKUP_DRILL", drill, CronSchedule.Form + ", or off", CronSchedule.Parse, problems);
        }

        if (To is not null) return;
        foreach (var key in new[] { (Schedule, "BACKUP_SCHEDULE"), (DrillTimes?.Text, "BACKUP_DRILL") }.Where(k => k.Item1 is not null))
            problems.Add(key.Item2, "is set, and BACKUP_TO is not", "set BACKUP_TO to a directory, or to s3://bucket/prefix");
    }

    private static T? Parse<T>(string key, string? text, string form, Func<string, T?> parse, SettingProblems problems) where T : class
    {
        if (text is null) return null;
        if (parse(text) is { } parsed) return parsed;
        problems.Add(key, $"\"{text}\" is not understood", $"set it to {form}");
        return null;
    }
}
