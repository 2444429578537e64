using AuthServer.Backup.Places;
using AuthServer.Backup.Schedule;

namespace AuthServer.UnitTests.Backup;

public sealed class RetentionTests
{
    private static readonly DateTime Now = new(2026, 11, 29, 12, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData("14", 14, null)]
    [InlineData("30d", null, 30)]
    [InlineData("14 30d", 14, 30)]
    [InlineData("30d, 14", 14, 30)]
    public void A_number_an_age_or_both_are_read(string text, int? count, int? days) =>
        Assert.Equal(new Retention(count, days is { } d ? TimeSpan.FromDays(d) : null), Retention.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("0d")]
    [InlineData("14 14")]
    [InlineData("30d 10d")]
    [InlineData("30 days")]
    [InlineData("all")]
    public void Anything_else_is_refused(string text) => Assert.Null(Retention.Parse(text));

    [Theory]
    [InlineData("3", 3)]
    [InlineData("1", 1)]
    [InlineData("50", 10)]
    // Backups of 0 to 9 days ago.
    [InlineData("5d", 6)]
    // What either rule keeps stays.
    [InlineData("3 5d", 6)]
    [InlineData("8 5d", 8)]
    public void The_newest_ones_that_a_rule_keeps_stay(string keep, int kept) =>
        Assert.Equal(Daily(10).Skip(kept), Retention.Parse(keep)!.Outdated(Daily(10), proven: null, Now));

    [Fact]
    public void The_newest_one_stays_however_old_it_is() =>
        Assert.Equal(Daily(3).Skip(1), Retention.Parse("1d")!.Outdated(Daily(3), proven: null, Now.AddYears(1)));

    [Fact]
    public void The_newest_proven_one_stays_however_old_it_is()
    {
        var all = Daily(10);
        Assert.DoesNotContain(all[8], Retention.Parse("3")!.Outdated(all, all[8].Name, Now));
        Assert.DoesNotContain(all[8], Retention.Parse("1d")!.Outdated(all, all[8].Name, Now.AddYears(1)));
    }

    [Fact]
    public void Backups_that_a_wrong_clock_has_named_stay_and_do_not_take_the_place_of_others()
    {
        var future = Enumerable.Range(1, 5).Select(i => Now.AddYears(i)).Select((at, i) => new StoredBackup(NameOf(at, i), 1, at));
        Assert.Equal(Daily(10).Skip(3), Retention.Parse("3")!.Outdated([.. future, .. Daily(10)], proven: null, Now));
    }

    [Fact]
    public void The_order_of_the_list_does_not_matter() =>
        Assert.Equal(Daily(10).Skip(3), Retention.Parse("3")!.Outdated([.. Daily(10).Reverse()], proven: null, Now));

    private static StoredBackup[] Daily(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Now.AddDays(-i)).Select((at, i) => new StoredBackup(NameOf(at, i), 1, at))];

    private static string NameOf(DateTime at, int i) => BackupName.Of(at, new Guid(i, 0, 0, new byte[8]));
}
