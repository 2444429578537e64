using AuthServer.RateLimits.InRedis;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.UnitTests.RateLimits;

public sealed class SharedTimeTests
{
    private readonly FakeTimeProvider _own = new(new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(61)]
    [InlineData(-61)]
    [InlineData(23 * 3600)]
    public void The_clock_of_Redis_is_followed(int seconds)
    {
        var shared = new SharedTime(_own);
        shared.Learn(_own.GetUtcNow().AddSeconds(seconds).Ticks);
        Assert.Equal(_own.GetUtcNow().AddSeconds(seconds), shared.GetUtcNow());
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    [InlineData(0)]
    public void A_clock_that_is_days_wrong_is_not_followed(long ticks)
    {
        var shared = new SharedTime(_own);
        shared.Learn(_own.GetUtcNow().AddSeconds(5).Ticks);
        shared.Learn(ticks);
        Assert.Equal(_own.GetUtcNow().AddSeconds(5), shared.GetUtcNow());
    }
}
