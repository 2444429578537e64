using AuthServer.RateLimits;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.UnitTests.RateLimits;

public sealed class FailureDelayTests
{
    private static readonly UInt128 Key = 1;

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Failures_below_the_limit_cost_nothing()
    {
        var delay = new FailureDelay(3, _time);
        delay.Failed(Key);
        delay.Failed(Key);
        Assert.Null(delay.Wait(Key));
        delay.Failed(Key);
        Assert.Equal(TimeSpan.FromSeconds(15), delay.Wait(Key));
        Assert.Null(delay.Wait(2));
    }

    [Fact]
    public void The_wait_doubles_with_each_further_failure_up_to_15_minutes()
    {
        var delay = new FailureDelay(1, _time);
        var waits = new List<double>();
        for (var i = 0; i < 10; i++)
        {
            delay.Failed(Key);
            waits.Add(delay.Wait(Key)!.Value.TotalSeconds);
            _time.Advance(delay.Wait(Key)!.Value);
            Assert.Null(delay.Wait(Key));
        }

        Assert.Equal([15, 30, 60, 120, 240, 480, 900, 900, 900, 900], waits);
    }

    [Fact]
    public void Asking_while_waiting_does_not_prolong_the_wait()
    {
        var delay = new FailureDelay(1, _time);
        delay.Failed(Key);
        for (var i = 0; i < 1000; i++) delay.Wait(Key);
        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.Null(delay.Wait(Key));
    }

    [Fact]
    public void Failures_are_forgotten_after_a_quarter_of_an_hour_without_one()
    {
        var delay = new FailureDelay(2, _time);
        delay.Failed(Key);
        _time.Advance(TimeSpan.FromMinutes(15));
        delay.Failed(Key);
        Assert.Null(delay.Wait(Key));
    }

    [Fact]
    public void Success_forgets_them_at_once()
    {
        var delay = new FailureDelay(1, _time);
        delay.Failed(Key);
        delay.Forget(Key);
        Assert.Null(delay.Wait(Key));
    }

    [Fact]
    public void Memory_is_bounded_and_the_newest_failures_are_kept()
    {
        var delay = new FailureDelay(1, _time, capacity: 64);
        var keys = new ThrottleKeys();
        for (var i = 0; i < 1000; i++)
        {
            delay.Failed(keys.OfAccount($"account {i}"));
            Assert.NotNull(delay.Wait(keys.OfAccount($"account {i}")));
        }

        Assert.InRange(delay.Entries, 32, 64);
    }

    [Fact]
    public void A_hundred_thousand_accounts_with_one_failure_do_not_clear_the_failures_of_one_that_waits()
    {
        var delay = new FailureDelay(10, _time);
        var keys = new ThrottleKeys();
        for (var i = 0; i < 10; i++) delay.Failed(keys.OfAccount("alice"));
        for (var i = 0; i < 100_000; i++) delay.Failed(keys.OfAccount($"account {i}"));
        Assert.NotNull(delay.Wait(keys.OfAccount("alice")));
    }

    [Fact]
    public void Asking_takes_no_place_in_the_table()
    {
        var delay = new FailureDelay(1, _time, capacity: 16);
        for (var i = 0; i < 100; i++) Assert.Null(delay.Wait((UInt128)i));
        Assert.Equal(0, delay.Entries);
    }
}
