using AuthServer.RateLimits.Overload;

namespace AuthServer.UnitTests.RateLimits;

public sealed class OverloadSignsTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(25), Longest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(1), Long = TimeSpan.FromMilliseconds(80);

    private readonly OverloadSigns _signs = new(Longest);
    private long _done;

    [Fact]
    public void Work_that_waits_long_for_a_tenth_of_a_second_is_overload_and_ends_at_once()
    {
        Assert.Equal([false, false, false, true, true], Looks(5, Long, waiting: 1000, inside: 10));
        Assert.Equal([false], Looks(1, Short, waiting: 1000, inside: 10));
        Assert.Equal([false, false, false, true], Looks(4, Long, waiting: 1000, inside: 10));
    }

    [Fact]
    public void A_pause_of_the_machine_is_none() => Assert.DoesNotContain(
        true, Enumerable.Range(0, 20).SelectMany(i => Looks(1, i % 4 == 0 ? Short : Long, waiting: 1000, inside: 10)));

    /// <summary>Turning requests away helps nobody where other programs have the processor.</summary>
    [Fact]
    public void A_busy_machine_with_little_work_of_ours_is_none() => Assert.DoesNotContain(true, Looks(50, Long, waiting: 20, inside: 20));

    [Fact]
    public void More_inside_than_leaves_within_a_tenth_of_a_second_is_overload()
    {
        // 25 in a look are 1,000 in a second: 100 leave in a tenth.
        Assert.DoesNotContain(true, Looks(60, Short, waiting: 0, inside: 95, perLook: 25));
        Assert.Contains(true, Looks(10, Short, waiting: 0, inside: 110, perLook: 25));
    }

    [Fact]
    public void A_database_that_hangs_is_overload_once_some_wait_for_it()
    {
        Looks(60, Short, waiting: 0, inside: 10, perLook: 25);
        Assert.DoesNotContain(true, Looks(100, Short, waiting: 0, inside: 64, perLook: 0));
        Assert.True(Looks(100, Short, waiting: 0, inside: 65, perLook: 0)[^1]);
    }

    [Fact]
    public void Zero_turns_nobody_away()
    {
        var never = new OverloadSigns(TimeSpan.Zero);
        Assert.DoesNotContain(true, Enumerable.Range(0, 20).Select(_ => never.Judge(Long, 10_000, 10_000, 0, Tick)));
    }

    private bool[] Looks(int count, TimeSpan delay, long waiting, int inside, int perLook = 100) =>
        [.. Enumerable.Range(0, count).Select(_ => _signs.Judge(delay, waiting, inside, _done += perLook, Tick))];
}
