using System.Net;
using AuthServer.RateLimits;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.UnitTests.RateLimits;

public sealed class ClientAuthenticationThrottleTests
{
    private const string Client = "web";

    private static readonly IPAddress Guesser = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Owner = IPAddress.Parse("198.51.100.9");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ClientAuthenticationThrottle _throttle;

    public ClientAuthenticationThrottleTests() =>
        _throttle = new(new RateLimitOptions { ClientAuthenticationFailures = 3 }, new ThrottleKeys(), _time);

    [Fact]
    public async Task Wrong_secrets_make_their_address_wait_and_the_right_client_elsewhere_never()
    {
        for (var i = 0; i < 500; i++)
        {
            await _throttle.FailedAsync(Client, Guesser);
            Assert.Null(await _throttle.Of(Client, Owner).WaitAsync());
        }

        Assert.Equal(TimeSpan.FromMinutes(15), await _throttle.Of(Client, Guesser).WaitAsync());
    }

    [Fact]
    public async Task A_thousand_guessing_addresses_do_not_make_the_right_client_wait()
    {
        for (var i = 0u; i < 1000; i++)
        {
            for (var n = 0; n < 5; n++) await _throttle.FailedAsync(Client, new IPAddress(0x0a00_0000u + i));
        }

        Assert.Null(await _throttle.Of(Client, Owner).WaitAsync());
    }

    [Fact]
    public async Task Another_client_at_the_same_address_does_not_wait()
    {
        for (var i = 0; i < 5; i++) await _throttle.FailedAsync(Client, Guesser);
        Assert.Null(await _throttle.Of("other", Guesser).WaitAsync());
    }

    [Fact]
    public async Task Failures_below_the_limit_and_those_before_a_success_cost_nothing()
    {
        for (var round = 0; round < 10; round++)
        {
            await _throttle.FailedAsync(Client, Owner);
            await _throttle.FailedAsync(Client, Owner);
            Assert.Null(await _throttle.Of(Client, Owner).WaitAsync());
            await _throttle.Of(Client, Owner).SucceededAsync();
        }
    }

    [Fact]
    public async Task The_wait_ends_and_the_failures_are_forgotten()
    {
        for (var i = 0; i < 3; i++) await _throttle.FailedAsync(Client, Guesser);
        _time.Advance((await _throttle.Of(Client, Guesser).WaitAsync())!.Value);
        Assert.Null(await _throttle.Of(Client, Guesser).WaitAsync());
        _time.Advance(TimeSpan.FromMinutes(15));
        await _throttle.FailedAsync(Client, Guesser);
        Assert.Null(await _throttle.Of(Client, Guesser).WaitAsync());
    }

    [Fact]
    public async Task An_IPv6_network_is_one_address_and_a_caller_without_one_is_not_counted()
    {
        for (var i = 0; i < 3; i++) await _throttle.FailedAsync(Client, IPAddress.Parse($"2001:db8:1:2::{i}"));
        Assert.NotNull(await _throttle.Of(Client, IPAddress.Parse("2001:db8:1:2:ffff::1")).WaitAsync());
        Assert.Null(await _throttle.Of(Client, IPAddress.Parse("2001:db8:1:3::1")).WaitAsync());
        for (var i = 0; i < 5; i++) await _throttle.FailedAsync(Client, null);
        Assert.Null(await _throttle.Of(Client, null).WaitAsync());
    }

    [Fact]
    public async Task Asking_allocates_nothing()
    {
        for (var i = 0; i < 100_000; i++) _ = await _throttle.Of(Client, Owner).WaitAsync();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++) _ = await _throttle.Of(Client, Owner).WaitAsync();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
