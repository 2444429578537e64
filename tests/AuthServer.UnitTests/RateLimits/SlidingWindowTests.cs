using AuthServer.RateLimits;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.UnitTests.RateLimits;

public sealed class SlidingWindowTests
{
    private static readonly UInt128 Key = 1;

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void The_limit_is_let_through_and_the_next_must_wait()
    {
        var window = new SlidingWindow(5, TimeSpan.FromMinutes(1), _time);
        for (var i = 0; i < 5; i++) Assert.Null(window.Take(Key));
        Assert.NotNull(window.Take(Key));
        Assert.Null(window.Take(2));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(60)]
    public void Whoever_waits_as_told_is_let_in(int limit)
    {
        var window = new SlidingWindow(limit, TimeSpan.FromMinutes(1), _time);
        for (var round = 0; round < 50; round++)
        {
            while (window.Take(Key) is null) _time.Advance(TimeSpan.FromMilliseconds(70));
            _time.Advance(window.Take(Key)!.Value);
            Assert.Null(window.Take(Key));
        }
    }

    [Fact]
    public void A_burst_across_the_boundary_of_two_periods_is_not_let_through_twice()
    {
        var window = new SlidingWindow(60, TimeSpan.FromMinutes(1), _time);
        _time.Advance(TimeSpan.FromSeconds(59));
        for (var i = 0; i < 60; i++) Assert.Null(window.Take(Key));
        _time.Advance(TimeSpan.FromSeconds(2));
        var passed = Enumerable.Range(0, 60).Count(_ => window.Take(Key) is null);
        Assert.InRange(passed, 0, 2);
    }

    [Fact]
    public void A_refused_event_does_not_prolong_the_wait()
    {
        var window = new SlidingWindow(2, TimeSpan.FromMinutes(1), _time);
        Assert.Null(window.Take(Key));
        Assert.Null(window.Take(Key));
        var wait = window.Take(Key);
        for (var i = 0; i < 100; i++) window.Take(Key);
        Assert.Equal(wait, window.Take(Key));
    }

    [Fact]
    public void Memory_is_bounded_and_the_key_with_the_fewest_events_goes_first()
    {
        var window = new SlidingWindow(2, TimeSpan.FromMinutes(1), _time, capacity: 16);
        Assert.Null(window.Take(Key));
        Assert.Null(window.Take(Key));
        // All of them belong to the one bucket.
        for (var other = 1000; other < 1100; other++) Assert.Null(window.Take((UInt128)other));
        Assert.NotNull(window.Take(Key));
    }

    [Fact]
    public async Task Parallel_callers_together_get_the_limit_and_no_more()
    {
        var window = new SlidingWindow(50, TimeSpan.FromHours(1), _time);
        var passed = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                if (window.Take(Key) is null) Interlocked.Increment(ref passed);
            }
        })));
        Assert.Equal(50, passed);
    }
}
