using System.Net;
using AuthServer.Configuration;
using AuthServer.RateLimits;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.UnitTests.RateLimits;

public sealed class FloodLimitTests
{
    private static readonly IPAddress Stranger = IPAddress.Parse("192.0.2.1");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task The_limit_is_let_through_and_the_next_waits_while_others_pass()
    {
        var flood = New(5);
        for (var i = 0; i < 5; i++) Assert.Null(await flood.TakeAsync(Stranger));
        Assert.NotNull(await flood.TakeAsync(Stranger));
        Assert.Null(await flood.TakeAsync(IPAddress.Parse("192.0.2.2")));
    }

    [Fact]
    public async Task Whoever_waits_as_told_is_let_in()
    {
        var flood = New(60);
        for (var round = 0; round < 50; round++)
        {
            while (await flood.TakeAsync(Stranger) is null) _time.Advance(TimeSpan.FromMilliseconds(70));
            _time.Advance((await flood.TakeAsync(Stranger))!.Value);
            Assert.Null(await flood.TakeAsync(Stranger));
        }
    }

    [Fact]
    public async Task A_burst_across_two_minutes_is_not_let_through_twice()
    {
        var flood = New(60);
        _time.Advance(TimeSpan.FromSeconds(59));
        for (var i = 0; i < 60; i++) Assert.Null(await flood.TakeAsync(Stranger));
        _time.Advance(TimeSpan.FromSeconds(2));
        var passed = 0;
        for (var i = 0; i < 60; i++)
        {
            if (await flood.TakeAsync(Stranger) is null) passed++;
        }
        Assert.InRange(passed, 0, 2);
    }

    [Fact]
    public async Task An_IPv6_network_is_one_caller_and_a_mapped_address_is_the_IPv4_one()
    {
        var flood = New(1);
        Assert.Null(await flood.TakeAsync(IPAddress.Parse("2001:db8:1:2::1")));
        Assert.NotNull(await flood.TakeAsync(IPAddress.Parse("2001:db8:1:2:ffff::9")));
        Assert.Null(await flood.TakeAsync(IPAddress.Parse("2001:db8:1:3::1")));
        Assert.Null(await flood.TakeAsync(Stranger));
        Assert.NotNull(await flood.TakeAsync(Stranger.MapToIPv6()));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData(3, false)]
    public async Task This_machine_is_counted_only_when_the_setting_is_given(int? setting, bool passes)
    {
        var flood = New(setting);
        TimeSpan? wait = null;
        for (var i = 0; i <= FloodLimit.Default; i++) wait ??= await flood.TakeAsync(IPAddress.Loopback);
        Assert.Equal(passes, wait is null);
    }

    [Fact]
    public async Task Without_the_setting_others_have_the_default_limit()
    {
        var flood = New(null);
        for (var i = 0; i < FloodLimit.Default; i++) Assert.Null(await flood.TakeAsync(Stranger));
        Assert.NotNull(await flood.TakeAsync(Stranger));
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("192.0.2.0/24")]
    public async Task Who_is_exempt_may_go_on(string exempt)
    {
        var flood = New(2, exempt);
        for (var i = 0; i < 10; i++) Assert.Null(await flood.TakeAsync(Stranger));
        for (var i = 0; i < 10; i++) Assert.Null(await flood.TakeAsync(Stranger.MapToIPv6()));
        Assert.Null(await flood.TakeAsync(IPAddress.Parse("198.51.100.1")));
        Assert.Null(await flood.TakeAsync(IPAddress.Parse("198.51.100.1")));
        Assert.NotNull(await flood.TakeAsync(IPAddress.Parse("198.51.100.1")));
    }

    [Fact]
    public void An_exemption_that_is_no_address_stops_the_start()
    {
        var problems = new SettingProblems();
        new RateLimitOptions { FloodLimitExempt = ["10.0.0.0/8", "my-server"] }.Check(problems);
        Assert.StartsWith(
            "FLOOD_LIMIT_EXEMPT: \"my-server\" is neither an address nor a network", Assert.Single(
                problems.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hundred_thousand_other_addresses_do_not_clear_the_count_of_a_busy_one()
    {
        var flood = New(50);
        for (var i = 0; i < 50; i++) Assert.Null(await flood.TakeAsync(Stranger));
        for (var i = 0u; i < 100_000; i++) await flood.TakeAsync(new IPAddress(0x0a00_0000u + i));
        Assert.NotNull(await flood.TakeAsync(Stranger));
    }

    [Fact]
    public async Task Of_any_number_of_callers_at_once_exactly_the_limit_passes()
    {
        var flood = New(1000);
        var passed = 0;
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                if (await flood.TakeAsync(Stranger) is null) Interlocked.Increment(ref passed);
            }
        })));
        Assert.Equal(1000, passed);
    }

    [Fact]
    public async Task The_way_through_allocates_nothing()
    {
        var flood = New(1_000_000);
        // The runtime itself allocates while it compiles a loop anew: not in the second run.
        for (var i = 0; i < 100_000; i++) await flood.TakeAsync(Stranger);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10_000; i++) await flood.TakeAsync(Stranger);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }


    private FloodLimit New(int? limit, params string[] exempt)
    {
        var options = new RateLimitOptions { RequestsPerAddressPerMinute = limit, FloodLimitExempt = exempt };
        options.Check(new SettingProblems());
        return new(options, new ThrottleKeys(), _time);
    }
}
