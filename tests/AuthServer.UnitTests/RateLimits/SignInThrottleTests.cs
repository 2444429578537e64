using AuthServer.RateLimits;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.UnitTests.RateLimits;

public sealed class SignInThrottleTests
{
    private const string Alice = "alice@example.com";

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task After_the_limit_of_wrong_passwords_the_places_that_failed_wait_and_a_fresh_one_is_admitted()
    {
        var throttle = New(new() { SignInFailuresPerAccount = 9 });
        for (var i = 0; i < 9; i++) await FailAsync(throttle, Alice, $"192.0.2.{i % 3}");
        for (var i = 0; i < 3; i++) Assert.NotNull(await throttle.Of(Alice, $"192.0.2.{i}", null).EnterAsync());
        Assert.Null(await throttle.Of(Alice, "198.51.100.9", null).EnterAsync());
        Assert.Null(await throttle.Of("bob@example.com", "192.0.2.1", null).EnterAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public async Task A_stranger_who_polls_from_a_few_addresses_for_a_week_never_keeps_the_owner_out(int addresses)
    {
        var throttle = New(new());
        var end = _time.GetUtcNow() + TimeSpan.FromDays(7);
        for (var minute = 0; _time.GetUtcNow() < end; minute++)
        {
            for (var i = 0; i < addresses; i++)
            {
                var guess = throttle.Of(Alice, $"192.0.2.{i}", null);
                if (await guess.EnterAsync() is null && guess.Wait is null) await guess.FailedAsync();
            }

            if (minute % 30 == 29)
            {
                var owner = throttle.Of(Alice, "198.51.100.9", null);
                // At the same moment as all the strangers' first tries of a quarter of an hour the few free attempts may be used up.
                if (await owner.EnterAsync() is { } wait)
                {
                    Assert.True(addresses > 5 && wait <= TimeSpan.FromMinutes(5), wait.ToString());
                }
                else
                {
                    Assert.Null(owner.Wait);
                    await owner.SucceededAsync();
                }
            }

            _time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public async Task The_owner_may_mistype_twice_while_a_stranger_guesses()
    {
        var throttle = New(new());
        for (var i = 0; i < 10; i++) await FailAsync(throttle, Alice, "192.0.2.1");
        for (var i = 0; i < 2; i++) await FailAsync(throttle, Alice, "198.51.100.9");
        Assert.Null(await throttle.Of(Alice, "198.51.100.9", null).EnterAsync());
    }

    [Fact]
    public async Task A_botnet_with_a_fresh_address_for_each_guess_gets_less_than_a_hundred_an_hour()
    {
        var throttle = New(new());
        var guesses = 0;
        for (var second = 0; second < 24 * 3600; second += 5)
        {
            var attempt = throttle.Of(Alice, $"10.{second >> 16}.{(second >> 8) & 255}.{second & 255}", null);
            if (await attempt.EnterAsync() is null && attempt.Wait is null)
            {
                await attempt.FailedAsync();
                guesses++;
            }

            _time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.InRange(guesses, 24 * 10, 24 * 100);
    }

    [Fact]
    public async Task A_success_takes_back_what_its_own_place_failed_and_nothing_else()
    {
        var throttle = New(new() { SignInFailuresPerAccount = 10 });
        for (var i = 0; i < 9; i++) await FailAsync(throttle, Alice, $"192.0.2.{i % 3}");
        var owner = throttle.Of(Alice, "198.51.100.9", null);
        await owner.SucceededAsync();
        await FailAsync(throttle, Alice, "192.0.2.1");
        Assert.NotNull(await throttle.Of(Alice, "192.0.2.1", null).EnterAsync());
    }

    [Fact]
    public async Task The_owner_still_gets_in_at_a_device_where_the_account_signed_in_before()
    {
        var throttle = New(new() { SignInFailuresPerAccount = 3 });
        for (var i = 0; i < 3; i++) await FailAsync(throttle, Alice, "192.0.2.1");
        Assert.Null(await throttle.Of(Alice, "198.51.100.9", "device").EnterAsync());
    }

    [Fact]
    public async Task An_attacker_with_a_thousand_addresses_never_keeps_the_owner_out_of_a_known_device()
    {
        var throttle = New(new());
        for (var hour = 0; hour < 24; hour++)
        {
            for (var i = 0; i < 1000; i++)
            {
                var attempt = throttle.Of(Alice, $"10.0.{i / 250}.{i % 250}", null);
                if (await attempt.EnterAsync() is null) await attempt.FailedAsync();
            }

            var owner = throttle.Of(Alice, "198.51.100.9", "device");
            Assert.Null(await owner.EnterAsync());
            await owner.SucceededAsync();
            _time.Advance(TimeSpan.FromHours(1));
        }
    }

    [Fact]
    public async Task A_neighbour_behind_the_same_address_does_not_keep_the_owner_out_of_a_known_device()
    {
        var throttle = New(new() { SignInFailuresPerAddress = 5, SignInsPerAddressPerMinute = 10 });
        for (var i = 0; i < 20; i++) await throttle.Of($"user{i}@example.com", "192.0.2.1", null).FailedAsync();
        for (var i = 0; i < 20; i++) await throttle.Of($"other{i}@example.com", "192.0.2.1", null).EnterAsync();
        Assert.NotNull(await throttle.Of(Alice, "192.0.2.1", null).EnterAsync());
        Assert.Null(await throttle.Of(Alice, "192.0.2.1", "device").EnterAsync());
    }

    [Fact]
    public async Task A_known_device_may_not_try_without_end_either()
    {
        var throttle = New(new() { SignInsPerAddressPerMinute = 10 });
        for (var i = 0; i < 10; i++) Assert.Null(await throttle.Of(Alice, $"192.0.2.{i}", "device").EnterAsync());
        Assert.NotNull(await throttle.Of(Alice, "192.0.2.99", "device").EnterAsync());
    }

    [Fact]
    public async Task An_unknown_email_is_counted_just_like_a_known_one()
    {
        // The throttle has nothing that could tell them apart: it sees a text. The same attack gives the same waits.
        var (known, unknown) = (New(new() { SignInFailuresPerAccount = 3 }), New(new() { SignInFailuresPerAccount = 3 }));
        for (var i = 0; i < 8; i++)
        {
            await known.Of(Alice, $"192.0.2.{i}", null).FailedAsync();
            await unknown.Of("nobody@example.com", $"192.0.2.{i}", null).FailedAsync();
            Assert.Equal(known.Of(Alice, "198.51.100.9", null).Wait, unknown.Of("nobody@example.com", "198.51.100.9", null).Wait);
        }
    }

    [Fact]
    public async Task A_known_device_has_the_same_limit_of_its_own()
    {
        var throttle = New(new() { SignInFailuresPerAccount = 3 });
        for (var i = 0; i < 3; i++) await FailAsync(throttle, Alice, "192.0.2.1", "device");
        Assert.NotNull(await throttle.Of(Alice, "192.0.2.1", "device").EnterAsync());
    }

    [Fact]
    public async Task A_guesser_who_waits_as_told_gets_at_most_a_few_tries_in_an_hour()
    {
        var throttle = New(new() { SignInFailuresPerAccount = 10 });
        var end = _time.GetUtcNow() + TimeSpan.FromHours(24);
        var tries = 0;
        while (_time.GetUtcNow() < end)
        {
            var attempt = throttle.Of(Alice, "192.0.2.1", null);
            if (await attempt.EnterAsync() is { } wait)
            {
                Assert.True(wait <= TimeSpan.FromMinutes(15));
                _time.Advance(wait);
                continue;
            }

            await attempt.FailedAsync();
            tries++;
        }

        Assert.InRange(tries, 50, 150);
    }

    [Fact]
    public async Task One_address_that_tries_many_accounts_waits()
    {
        var throttle = New(new() { SignInFailuresPerAddress = 5 });
        for (var i = 0; i < 5; i++) await FailAsync(throttle, $"user{i}@example.com", "192.0.2.1");
        Assert.NotNull(await throttle.Of("fresh@example.com", "192.0.2.1", null).EnterAsync());
        Assert.Null(await throttle.Of("fresh@example.com", "192.0.2.2", null).EnterAsync());
    }

    [Fact]
    public async Task Signing_in_to_an_own_account_does_not_clear_the_failures_of_the_address()
    {
        var throttle = New(new() { SignInFailuresPerAddress = 5 });
        for (var i = 0; i < 4; i++) await FailAsync(throttle, $"user{i}@example.com", "192.0.2.1");
        await throttle.Of("mallory@example.com", "192.0.2.1", null).SucceededAsync();
        await FailAsync(throttle, "user5@example.com", "192.0.2.1");
        Assert.NotNull(await throttle.Of("fresh@example.com", "192.0.2.1", null).EnterAsync());
    }

    [Fact]
    public async Task Success_clears_the_failures_of_the_account()
    {
        var throttle = New(new() { SignInFailuresPerAccount = 3 });
        await FailAsync(throttle, Alice, null);
        await FailAsync(throttle, Alice, null);
        await throttle.Of(Alice, null, null).SucceededAsync();
        await FailAsync(throttle, Alice, null);
        Assert.Null(await throttle.Of(Alice, null, null).EnterAsync());
    }

    [Fact]
    public async Task Addresses_of_one_ipv6_network_count_together_and_those_of_others_apart()
    {
        var throttle = New(new() { SignInsPerAddressPerMinute = 1 });
        Assert.Null(await throttle.Of(Alice, "2001:db8:1:2::1", null).EnterAsync());
        Assert.NotNull(await throttle.Of(Alice, "2001:db8:1:2:ffff::9", null).EnterAsync());
        Assert.Null(await throttle.Of(Alice, "2001:db8:1:3::1", null).EnterAsync());
        Assert.Null(await throttle.Of(Alice, "192.0.2.1", null).EnterAsync());
        Assert.NotNull(await throttle.Of(Alice, "::ffff:192.0.2.1", null).EnterAsync());
    }

    [Fact]
    public async Task Attempts_count_by_the_minute_right_or_wrong()
    {
        var throttle = New(new() { SignInsPerAddressPerMinute = 3 });
        for (var i = 0; i < 3; i++)
        {
            var attempt = throttle.Of(Alice, "192.0.2.1", null);
            Assert.Null(await attempt.EnterAsync());
            await attempt.SucceededAsync();
        }

        Assert.NotNull(await throttle.Of(Alice, "192.0.2.1", null).EnterAsync());
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Null(await throttle.Of(Alice, "192.0.2.1", null).EnterAsync());
    }

    [Fact]
    public async Task New_accounts_are_counted_by_address_and_hour()
    {
        var throttle = new RegistrationThrottle(new() { RegistrationsPerAddressPerHour = 2 }, new ThrottleKeys(), _time);
        Assert.Null(await throttle.TakeAsync("192.0.2.1"));
        Assert.Null(await throttle.TakeAsync("192.0.2.1"));
        Assert.NotNull(await throttle.TakeAsync("192.0.2.1"));
        Assert.Null(await throttle.TakeAsync("192.0.2.2"));
        Assert.Null(await throttle.TakeAsync(null));
    }

    private static async Task FailAsync(SignInThrottle throttle, string email, string? address, string? _device = null)
    {
        var attempt = throttle.Of(email, address, _device);
        Assert.Null(await attempt.EnterAsync());
        await attempt.FailedAsync();
    }

    private SignInThrottle New(RateLimitOptions options) => new(options, new ThrottleKeys(), _time);
}
