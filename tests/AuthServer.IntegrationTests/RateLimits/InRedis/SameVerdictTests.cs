using AuthServer.IntegrationTests.Fixtures;
using AuthServer.RateLimits;
using AuthServer.RateLimits.InRedis;
using AuthServer.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace AuthServer.IntegrationTests.RateLimits.InRedis;

/// <summary>
/// Three servers that share a Redis judge a sequence as one server without Redis does, although their clocks differ: the same verdicts,
/// what is left, and waits.
/// </summary>
public sealed class SameVerdictTests : IAsyncLifetime
{
    private const int Steps = 1500, Seed = 20261129;

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ServiceProvider _services = new ServiceCollection().AddTelemetry(new()).BuildServiceProvider();
    private readonly List<SharedCounters> _servers = [];
    private readonly Guid _run = Guid.CreateVersion7();
    private ConnectionMultiplexer _redis = null!;

    private uint _random = Seed;

    public async ValueTask InitializeAsync()
    {
        _redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{(await SharedServers.RedisAsync()).Port}");
        foreach (var ahead in new[] { 0, 60, -45 })
        {
            var counters = new SharedCounters(
                $"test:{_run}:",
                TimeSpan.FromSeconds(20), new OtherClock(_time, TimeSpan.FromSeconds(ahead)), _services.GetRequiredService<AuthMeter>(),
                NullLogger<SharedCounters>.Instance);
            await counters.OpenAsync(() => ClockedRedis.Of(_redis, _time), isConnected: true);
            Assert.True(counters.IsUp);
            _servers.Add(counters);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _servers.ForEach(server => server.Dispose());
        await _redis.DisposeAsync();
        await _services.DisposeAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(60)]
    public async Task A_window(int limit)
    {
        WindowLimit Make(SharedCounters? shared) => new($"window{limit}", limit, TimeSpan.FromMinutes(1), _time, shared);
        var (alone, together) = (Make(null), _servers.ConvertAll(Make));
        for (var step = 0; step < Steps; step++)
        {
            Pass(90_000_000 / limit);
            var key = Key(3);
            var expected = await alone.TakeAsync(key);
            Assert.Equal((step, expected), (step, await together[Next(3)].TakeAsync(key)));
        }
    }

    [Fact]
    public async Task The_budget_of_an_hour()
    {
        ApiBudget Make(SharedCounters? shared) => new(new RateLimitOptions { PerHour = 20 }, _time, shared);
        var (alone, together) = (Make(null), _servers.ConvertAll(Make));
        for (var step = 0; step < Steps; step++)
        {
            Pass(200_000_000);
            var key = Key(4);
            var expected = await alone.TakeForPersonAsync(key);
            Assert.Equal((step, expected), (step, await together[Next(3)].TakeForPersonAsync(key)));
        }
    }

    [Fact]
    public async Task Failures()
    {
        FailureLimit Make(SharedCounters? shared) => new("failures", 3, _time, shared);
        var (alone, together) = (Make(null), _servers.ConvertAll(Make));
        for (var step = 0; step < Steps; step++)
        {
            Pass(120_000_000);
            var (key, server) = (Key(3), together[Next(3)]);
            var expected = await alone.WaitAsync(key);
            Assert.Equal((step, expected), (step, await server.WaitAsync(key)));
            if (expected is not null) continue;
            var right = Next(10) == 0;
            foreach (var one in new[] { alone, server }) await (right ? one.ForgetAsync(key) : one.FailedAsync(key));
        }
    }

    [Fact]
    public async Task Guesses_that_count_before_they_are_known_to_be_wrong()
    {
        FailureLimit Make(SharedCounters? shared) => new("guesses", 3, _time, shared);
        var (alone, together) = (Make(null), _servers.ConvertAll(Make));
        var (admitted, refused, back) = (0, 0, 0);
        for (var step = 0; step < Steps; step++)
        {
            Pass(120_000_000);
            var (key, server) = (Key(3), together[Next(3)]);
            var expected = await alone.TakeAsync(key);
            Assert.Equal((step, expected), (step, await server.TakeAsync(key)));
            if (expected is not null)
            {
                refused++;
                continue;
            }

            admitted++;
            if (Next(3) != 0) continue;
            back++;
            foreach (var one in new[] { alone, server }) await one.TakeBackAsync(key);
        }
        Assert.True(admitted > 100 && refused > 100 && back > 50, $"{admitted} {refused} {back}");
    }

    [Fact]
    public async Task Attempts_to_sign_in()
    {
        var options = new RateLimitOptions { SignInFailuresPerAccount = 3, SignInFailuresPerAddress = 8, SignInsPerAddressPerMinute = 6 };
        var keys = new ThrottleKeys();
        SignInThrottle Make(SharedCounters? shared) => new(options, keys, _time, shared);
        var (alone, together) = (Make(null), _servers.ConvertAll(Make));
        var verdicts = new HashSet<bool>();
        for (var step = 0; step < Steps; step++)
        {
            Pass(40_000_000);
            var (email, address) = ($"{Next(2)}@example.test", Next(8) == 0 ? null : $"192.0.2.{Next(3)}");
            var device = Next(4) == 0 ? "phone" : null;
            var (one, other) = (alone.Of(email, address, device), together[Next(3)].Of(email, address, device));
            var expected = await one.EnterAsync();
            var actual = await other.EnterAsync();
            Assert.Equal((step, expected is null), (step, actual is null));
            // A server that knows already why to refuse does not ask for a reason with a longer wait.
            Assert.True(actual is null || actual <= expected, $"Step {step}: {actual} is longer than {expected}.");
            verdicts.Add(expected is null);
            if (expected is not null) continue;
            Assert.Equal((step, one.Wait), (step, other.Wait));
            var right = Next(6) == 0;
            foreach (var attempt in new[] { one, other }) await (right ? attempt.SucceededAsync() : attempt.FailedAsync());
        }
        Assert.Equal(2, verdicts.Count);
    }

    /// <summary>Up to so many microseconds, which is what Redis counts in; now and then much more.</summary>
    private void Pass(int most) =>
        _time.Advance(TimeSpan.FromMicroseconds(Next(20) == 0 ? (long)most * Next(60) : Next(most)));

    private UInt128 Key(int keys) => new((ulong)Next(keys) * 0x9e37_79b9_7f4a_7c15 + 1, 0);

    /// <summary>The same numbers in each run (a linear congruential generator).</summary>
    private int Next(int below)
    {
        _random = (_random * 1_664_525) + 1_013_904_223;
        return (int)(((ulong)_random * (uint)below) >> 32);
    }

    /// <summary>The clock of a machine that is wrong.</summary>
    private sealed class OtherClock(TimeProvider right, TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => right.GetUtcNow() + ahead;
    }
}
