using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AuthServer.Data.Redis;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.RateLimits;

/// <summary>A Redis that answers nobody: requests go on from local counters, and one of them alone waits, for 50 ms at most.</summary>
public sealed class RedisWaitTests
{
    private const int PerHour = 4, MostMilliseconds = 50;
    private const string Address = "203.0.113.50";

    // Far more than 200 ms, and more than the test takes on any machine: no answer below can be one of Redis.
    private const int Blocked = 600_000;

    [Fact]
    public async Task While_it_is_blocked_the_budget_goes_on_from_what_this_server_has_counted_and_one_outage_is_told()
    {
        using var redis = await RedisServer.StartAsync();
        var wait = new RedisOptions().TimeoutMilliseconds;
        await using var servers = await InRedis.Replicas.StartAsync(
            redis.Url, count: 1, ("RATE_LIMIT_PER_HOUR", $"{PerHour}"), ("REDIS_TIMEOUT_MILLISECONDS", $"{wait}"));
        var services = servers.Hosts[0].Services;
        // The bound is the wait itself; a stop-watch here would time the machine.
        Assert.InRange(services.GetRequiredService<RedisOptions>().TimeoutMilliseconds, 1, MostMilliseconds);

        // On a busy machine Redis may seem slow before it is.
        await Eventually.UntilAsync("Redis is used", () => servers.AreUp);
        await SendAsync(HttpStatusCode.NotFound, left: PerHour - 1);
        await Eventually.UntilAsync("Redis is used", () => servers.AreUp);
        using var outages = new Outages(services);
        var before = servers.Log.All.Count;
        using var other = new TcpClient();
        await other.ConnectAsync(IPAddress.Loopback, redis.Port);
        var (stream, answer) = (other.GetStream(), new byte[64]);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"CLIENT PAUSE {Blocked} ALL\r\n"));
        Assert.Equal("+OK\r\n", Encoding.ASCII.GetString(answer, 0, await stream.ReadAsync(answer)));
        await stream.WriteAsync("PING\r\n"u8.ToArray());
        var ping = stream.ReadAsync(answer).AsTask();

        for (var left = PerHour - 2; left >= 0; left--) await SendAsync(HttpStatusCode.NotFound, left);
        await SendAsync(HttpStatusCode.TooManyRequests, left: 0);
        Assert.True(servers.AreAway);
        Assert.False(ping.IsCompleted, "Redis was not blocked.");
        // From the first on none has asked it.
        Assert.Equal(1, outages.Count);
        Assert.StartsWith("Redis is not used now: ", Assert.Single(servers.Log.All.Skip(before)), StringComparison.Ordinal);
        // The servers take their leave of one that answers nobody, and would wait for it.
        redis.Stop();

        async Task SendAsync(HttpStatusCode status, int left)
        {
            using var reply = await servers.SendAsync(Address);
            Assert.Equal(status, reply.StatusCode);
            Assert.StartsWith($"\"hour\";r={left};", Assert.Single(reply.Headers.GetValues("RateLimit")), StringComparison.Ordinal);
        }
    }

    /// <summary>The metric of one server of this process.</summary>
    private sealed class Outages : IDisposable
    {
        private readonly MeterListener _listener;
        private long _count;

        public Outages(IServiceProvider server)
        {
            var meters = server.GetRequiredService<IMeterFactory>();
            _listener = new MeterListener
            {
                InstrumentPublished = (instrument, self) =>
                {
                    if (instrument.Name == "authplatform.redis.outages" && ReferenceEquals(instrument.Meter.Scope, meters))
                        self.EnableMeasurementEvents(instrument);
                },
            };
            _listener.SetMeasurementEventCallback<long>((_, outages, _, _) => Interlocked.Add(ref _count, outages));
            _listener.Start();
        }

        public long Count => Interlocked.Read(ref _count);

        public void Dispose() => _listener.Dispose();
    }
}
