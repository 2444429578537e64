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
    public void Wrong_secrets_make_their_address_wait_and_the_right_client_elsewhere_never()
    {
        for (var i = 0; i < 500; i++)
        {
            _throttle.Failed(Client, Guesser);
            Assert.Null(_throttle.Of(Client, Owner).Wait);
        }

        Assert.Equal(TimeSpan.FromMinutes(15), _throttle.Of(Client, Guesser).Wait);
    }

    [Fact]
    public void A_thousand_guessing_addresses_do_not_make_the_right_client_wait()
    {
        for (var i = 0u; i < 1000; i++)
        {
            for (var n = 0; n < 5; n++) _throttle.Failed(Client, new IPAddress(0x0a00_0000u + i));
        }

        Assert.Null(_throttle.Of(Client, Owner).Wait);
    }

    [Fact]
    public void Another_client_at_the_same_address_does_not_wait()
    {
        for (var i = 0; i < 5; i++) _throttle.Failed(Client, Guesser);
        Assert.Null(_throttle.Of("other", Guesser).Wait);
    }

    [Fact]
    public void Failures_below_the_limit_and_those_before_a_success_cost_nothing()
    {
        for (var round = 0; round < 10; round++)
        {
            _throttle.Failed(Client, Owner);
            _throttle.Failed(Client, Owner);
            Assert.Null(_throttle.Of(Client, Owner).Wait);
            _throttle.Of(Client, Owner).Succeeded();
        }
    }

    [Fact]
    public void The_wait_ends_and_the_failures_are_forgotten()
    {
        for (var i = 0; i < 3; i++) _throttle.Failed(Client, Guesser);
        _time.Advance(_throttle.Of(Client, Guesser).Wait!.Value);
        Assert.Null(_throttle.Of(Client, Guesser).Wait);
        _time.Advance(TimeSpan.FromMinutes(15));
        _throttle.Failed(Client, Guesser);
        Assert.Null(_throttle.Of(Client, Guesser).Wait);
    }

    [Fact]
    public void An_IPv6_network_is_one_address_and_a_caller_without_one_is_not_counted()
    {
        for (var i = 0; i < 3; i++) _throttle.Failed(Client, IPAddress.Parse($"2001:db8:1:2::{i}"));
        Assert.NotNull(_throttle.Of(Client, IPAddress.Parse("2001:db8:1:2:ffff::1")).Wait);
        Assert.Null(_throttle.Of(Client, IPAddress.Parse("2001:db8:1:3::1")).Wait);
        for (var i = 0; i < 5; i++) _throttle.Failed(Client, null);
        Assert.Null(_throttle.Of(Client, null).Wait);
    }

    [Fact]
    public void Asking_allocates_nothing()
    {
        for (var i = 0; i < 100_000; i++) _ = _throttle.Of(Client, Owner).Wait;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++) _ = _throttle.Of(Client, Owner).Wait;
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
