using AuthServer.Protocol.Authorization;
using AuthServer.RateLimits;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.UnitTests.RateLimits;

public sealed class PushedRequestThrottleTests
{
    private const string Address = "192.0.2.1";

    private readonly PushedRequestThrottle _throttle = new(new ThrottleKeys(), new FakeTimeProvider());

    /// <summary>A limit of requests alone would let one address fill the disk with long ones.</summary>
    [Fact]
    public async Task What_one_address_has_kept_in_a_minute_is_bounded_however_long_its_requests_are()
    {
        foreach (var length in new[] { 600, PushedRequestThrottle.Length, PushedRequestThrottle.Length + 1, 16 * 1024, 96 * 1024 })
        {
            var (throttle, kept) = (new PushedRequestThrottle(new ThrottleKeys(), new FakeTimeProvider()), 0);
            while (await TakeAsync(throttle, length)) kept++;
            Assert.InRange(kept, 1, PushedRequestThrottle.MostInMinute);
            Assert.InRange((long)kept * length, 1, PushedRequestThrottle.MostInMinute * PushedRequestThrottle.Length);
        }
    }

    [Fact]
    public async Task The_usual_request_counts_once_and_other_addresses_are_not_concerned()
    {
        for (var i = 0; i < PushedRequestThrottle.MostInMinute; i++) Assert.True(await TakeAsync(_throttle, 900));
        Assert.False(await TakeAsync(_throttle, 900));
        Assert.Null(await _throttle.TakeAsync("192.0.2.2"));
        // A command has no address.
        Assert.Null(await _throttle.TakeRestAsync(null, int.MaxValue));
    }

    /// <summary>Sealed they are JSON, in which one character may become six.</summary>
    [Fact]
    public void A_request_is_as_long_as_it_is_kept()
    {
        Assert.InRange(PushedRequests.LengthOf(Of(new string('a', 1000))), 1000, 1050);
        Assert.InRange(PushedRequests.LengthOf(Of(new string('\u0001', 1000))), 6000, 6050);
    }

    private static Dictionary<string, string[]> Of(string state) => new() { ["state"] = [state] };

    private static async Task<bool> TakeAsync(PushedRequestThrottle throttle, int length) =>
        (await throttle.TakeAsync(Address) ?? await throttle.TakeRestAsync(Address, length)) is null;
}
