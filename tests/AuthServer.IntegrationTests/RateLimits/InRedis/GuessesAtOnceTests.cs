using AuthServer.IntegrationTests.Fixtures;
using AuthServer.RateLimits;
using AuthServer.RateLimits.InRedis;
using AuthServer.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace AuthServer.IntegrationTests.RateLimits.InRedis;

/// <summary>Guesses at three servers at once: each counts before it is known to be wrong, and is taken back when it was right.</summary>
public sealed class GuessesAtOnceTests : IAsyncLifetime
{
    private const int Limit = 10;

    private static readonly UInt128 Account = new(9, 0);

    // It stands still, so that no wait ends in between.
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 30, TimeSpan.Zero));
    private readonly ServiceProvider _services = new ServiceCollection().AddTelemetry(new()).BuildServiceProvider();
    private readonly List<SharedCounters> _counters = [];
    private readonly string _prefix = $"test:{Guid.CreateVersion7()}:";
    private ConnectionMultiplexer _redis = null!;

    public async ValueTask InitializeAsync()
    {
        _redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{(await SharedServers.RedisAsync()).Port}");
        for (var i = 0; i < 3; i++)
        {
            var counters = new SharedCounters(
                _prefix, TimeSpan.FromSeconds(20), _time, _services.GetRequiredService<AuthMeter>(), NullLogger<SharedCounters>.Instance);
            await counters.OpenAsync(() => ClockedRedis.Of(_redis, _time), isConnected: true);
            _counters.Add(counters);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _counters.ForEach(counters => counters.Dispose());
        await _redis.DisposeAsync();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task Exactly_the_limit_is_admitted_and_after_some_were_taken_back_exactly_as_many_again()
    {
        Assert.Equal(Limit, await AdmittedAsync(60));
        Assert.Equal(0, await AdmittedAsync(6));
        // Servers that remember nothing, so that Redis alone judges.
        var right = NewServers();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => right[i % 3].TakeBackAsync(Account).AsTask()));
        Assert.Equal(4, await AdmittedAsync(60));
        // Never below none.
        await Task.WhenAll(Enumerable.Range(0, 3 * Limit).Select(i => right[i % 3].TakeBackAsync(Account).AsTask()));
        Assert.Equal(Limit, await AdmittedAsync(60));
    }

    private List<FailureLimit> NewServers() => _counters.ConvertAll(counters => new FailureLimit("guesses", Limit, _time, counters));

    private async Task<int> AdmittedAsync(int guesses)
    {
        var (servers, admitted) = (NewServers(), 0);
        await Parallel.ForAsync(0, guesses, new ParallelOptions { MaxDegreeOfParallelism = 24 }, async (i, _) =>
        {
            if (await servers[i % 3].TakeAsync(Account) is null) Interlocked.Increment(ref admitted);
        });
        return admitted;
    }
}
