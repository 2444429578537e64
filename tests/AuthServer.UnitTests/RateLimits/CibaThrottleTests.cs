using AuthServer.RateLimits;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.UnitTests.RateLimits;

public sealed class CibaThrottleTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_client_asks_a_person_as_often_in_an_hour_as_the_setting_says()
    {
        var throttle = new CibaThrottle(new RateLimitOptions { CibaRequestsPerPersonPerHour = 3 }, new ThrottleKeys(), _time);
        for (var i = 0; i < 3; i++) Assert.Null(await throttle.TakeAsync("till", "alice@example.com"));
        Assert.NotNull(await throttle.TakeAsync("till", "alice@example.com"));
        Assert.Null(await throttle.TakeAsync("till", "bob@example.com"));
        Assert.Null(await throttle.TakeAsync("kiosk", "alice@example.com"));
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Null(await throttle.TakeAsync("till", "alice@example.com"));
    }
}
