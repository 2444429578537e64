using AuthServer.IntegrationTests.Fixtures;
using AuthServer.RateLimits;
using AuthServer.RateLimits.InRedis;
using AuthServer.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace AuthServer.IntegrationTests.RateLimits.InRedis;

/// <summary>A limit of a thousand and more, which three servers tell Redis in lots until little is left.</summary>
public sealed class LargeWindowTests : IAsyncLifetime
{
    private const int Limit = 3000, Lot = 3;

    private static readonly UInt128 Busy = new(7, 0), Quiet = new(8, 0);

    // It stands still, so that no minute ends in between.
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 30, TimeSpan.Zero));
    private readonly ServiceProvider _services = new ServiceCollection().AddTelemetry(new()).BuildServiceProvider();
    private readonly List<SharedCounters> _counters = [];
    private readonly List<WindowLimit> _servers = [];
    private readonly string _prefix = $"test:{Guid.CreateVersion7()}:";
    private ConnectionMultiplexer _redis = null!;

    public async ValueTask InitializeAsync()
    {
        _redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{(await SharedServers.RedisAsync()).Port},allowAdmin=true");
        for (var i = 0; i < 3; i++)
        {
            var counters = new SharedCounters(
                _prefix, TimeSpan.FromSeconds(20), _time, _services.GetRequiredService<AuthMeter>(), NullLogger<SharedCounters>.Instance);
            await counters.OpenAsync(() => ClockedRedis.Of(_redis, _time), isConnected: true);
            _counters.Add(counters);
            _servers.Add(new WindowLimit("flood", Limit, TimeSpan.FromMinutes(1), _time, counters));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _counters.ForEach(counters => counters.Dispose());
        await _redis.DisposeAsync();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task Of_events_at_once_at_all_servers_the_limit_is_admitted_and_at_most_two_lots_more_for_each()
    {
        var admitted = 0;
        await Parallel.ForAsync(0, Limit + 600, new ParallelOptions { MaxDegreeOfParallelism = 24 }, async (i, _) =>
        {
            if (await _servers[i % 3].TakeAsync(Busy) is null) Interlocked.Increment(ref admitted);
        });
        Assert.InRange(admitted, Limit, Limit + (3 * 2 * (Lot + 1)));
        foreach (var server in _servers) Assert.NotNull(await server.TakeAsync(Busy));
        Assert.Null(await _servers[0].TakeAsync(Quiet));
    }

    [Fact]
    public async Task Who_does_little_costs_no_call_and_no_memory_in_redis()
    {
        foreach (var server in _servers)
        {
            for (var i = 0; i < Lot; i++)
            {
                var taken = server.TakeAsync(Quiet);
                Assert.True(taken.IsCompletedSuccessfully);
                Assert.Null(await taken);
            }
        }
        var keys = (string[])(await _redis.GetDatabase().ExecuteAsync("KEYS", _prefix + "flood:*"))!;
        Assert.Empty(keys);
    }
}
