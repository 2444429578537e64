using AuthServer.Backup.Places;
using AuthServer.Backup.Schedule;
using AuthServer.Configuration;

namespace AuthServer.UnitTests.Backup;

public sealed class BackupScheduleOptionsTests
{
    [Theory]
    [InlineData("nightly", null, null, "BACKUP_SCHEDULE: \"nightly\" is not understood; set it to \"minute hour day month weekday\"")]
    [InlineData(null, "some", null, "BACKUP_KEEP: \"some\" is not understood; set it to a number of backups, an age, or both")]
    [InlineData(null, null, "never", "BACKUP_DRILL: \"never\" is not understood; set it to \"minute hour day month weekday\"")]
    public void A_wrong_setting_is_refused_with_its_key_and_cure(string? schedule, string? keep, string? drill, string problem)
    {
        var options = new BackupScheduleOptions { To = "/backups", Schedule = schedule, Keep = keep, Drill = drill };
        Assert.StartsWith(problem, Assert.Single(ProblemsOf(options)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_schedule_without_a_place_is_refused() => Assert.StartsWith(
        "BACKUP_SCHEDULE: is set, and BACKUP_TO is not", ProblemsOf(new() { Schedule = "@daily" })[0], StringComparison.Ordinal);

    [Theory]
    [InlineData("s3://")]
    [InlineData("s3:///prefix")]
    [InlineData("s3://Bucket/prefix")]
    [InlineData("s3://user:password@bucket/prefix")]
    [InlineData("s3://bucket/prefix?region=eu")]
    public void A_bucket_that_cannot_be_one_is_refused(string to) =>
        Assert.StartsWith("BACKUP_TO: ", Assert.Single(ProblemsOf(new() { To = to })), StringComparison.Ordinal);

    [Theory]
    [InlineData("s3://bucket", "bucket", "")]
    [InlineData("s3://bucket/", "bucket", "")]
    [InlineData("S3://my-bucket.eu/a/b/", "my-bucket.eu", "a/b/")]
    public void A_bucket_and_its_prefix_are_read(string to, string bucket, string prefix) =>
        Assert.Equal(new S3Address(bucket, prefix), S3Address.Parse(to));

    [Fact]
    public void Drills_are_weekly_where_backups_have_a_schedule_and_can_be_off()
    {
        Assert.Empty(ProblemsOf(new()));
        var options = new BackupScheduleOptions { To = "/backups", Schedule = "@daily" };
        Assert.Empty(ProblemsOf(options));
        var sunday = new DateTime(2026, 11, 29, 4, 30, 0, DateTimeKind.Utc);
        Assert.Equal(sunday, options.DrillTimes!.After(sunday.AddDays(-6)));
        var off = new BackupScheduleOptions { To = "/backups", Schedule = "@daily", Drill = "off" };
        Assert.Empty(ProblemsOf(off));
        Assert.Null(off.DrillTimes);
    }

    private static IReadOnlyList<string> ProblemsOf(BackupScheduleOptions options)
    {
        var problems = new SettingProblems();
        options.Check(problems);
        return problems.Lines;
    }
}
