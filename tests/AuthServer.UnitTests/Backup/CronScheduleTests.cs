using System.Globalization;
using AuthServer.Backup.Schedule;

namespace AuthServer.UnitTests.Backup;

public sealed class CronScheduleTests
{
    // 2026-11-29 is a Sunday.
    [Theory]
    [InlineData("0 2 * * *", "2026-11-29 01:59:59", "2026-11-29 02:00")]
    [InlineData("0 2 * * *", "2026-11-29 02:00:00", "2026-11-30 02:00")]
    [InlineData("@daily", "2026-11-29 02:00:00", "2026-11-30 00:00")]
    [InlineData("@hourly", "2026-11-29 02:00:00", "2026-11-29 03:00")]
    [InlineData("@weekly", "2026-11-29 02:00:00", "2026-12-06 00:00")]
    [InlineData("@monthly", "2026-11-29 02:00:00", "2026-12-01 00:00")]
    [InlineData("*/15 * * * *", "2026-11-29 02:07:00", "2026-11-29 02:15")]
    [InlineData("  30   4  *  *  0 ", "2026-11-29 02:00:00", "2026-11-29 04:30")]
    [InlineData("30 4 * * 7", "2026-11-29 02:00:00", "2026-11-29 04:30")]
    [InlineData("30 4 * * 1", "2026-11-29 02:00:00", "2026-11-30 04:30")]
    [InlineData("30 4 * * mon", "2026-11-29 02:00:00", "2026-11-30 04:30")]
    [InlineData("0 3 * * 1-5", "2026-11-27 04:00:00", "2026-11-30 03:00")]
    [InlineData("0 3 * * 5-7", "2026-11-27 04:00:00", "2026-11-28 03:00")]
    [InlineData("0 3 * * 5-7", "2026-11-29 04:00:00", "2026-12-04 03:00")]
    [InlineData("0 3 * * 1-5/2", "2026-11-30 04:00:00", "2026-12-02 03:00")]
    [InlineData("0 3 * * SAT,SUN", "2026-11-27 04:00:00", "2026-11-28 03:00")]
    [InlineData("0 0 1 1,7 *", "2026-11-29 02:00:00", "2027-01-01 00:00")]
    [InlineData("0 0 1 jul *", "2026-11-29 02:00:00", "2027-07-01 00:00")]
    public void The_next_time_is_that_of_cron_in_utc(string schedule, string now, string next) =>
        Assert.Equal(Utc(next), CronSchedule.Parse(schedule)!.After(Utc(now)));

    [Theory]
    [InlineData("")]
    [InlineData("nightly")]
    [InlineData("@fortnightly")]
    [InlineData("0 2 * *")]
    [InlineData("0 0 2 * * ?")]
    [InlineData("0 2 * * * *")]
    [InlineData("60 2 * * *")]
    [InlineData("0 24 * * *")]
    [InlineData("0 2 0 * *")]
    [InlineData("0 2 32 * *")]
    [InlineData("0 2 * 13 *")]
    [InlineData("0 2 * * 8")]
    [InlineData("0 2 * * 17")]
    [InlineData("0 2 * * 99999999999")]
    [InlineData("0 2 * * xyz")]
    [InlineData("0 2 L * *")]
    [InlineData("0 2 15W * *")]
    [InlineData("0 2 * * 5#2")]
    [InlineData("0 2 1 * 1")]
    [InlineData("0 2 ? * *")]
    [InlineData("*/0 2 * * *")]
    public void What_cron_does_not_know_is_refused(string schedule) => Assert.Null(CronSchedule.Parse(schedule));

    [Fact]
    public void A_day_that_never_comes_has_no_next_time() => Assert.Null(CronSchedule.Parse("0 2 31 2 *")?.After(Utc("2026-11-29 02:00")));

    private static DateTime Utc(string text) =>
        DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
