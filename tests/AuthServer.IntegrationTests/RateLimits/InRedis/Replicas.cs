using System.Collections.Concurrent;
using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.RateLimits.InRedis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthServer.IntegrationTests.RateLimits.InRedis;

/// <summary>Servers of one issuer that share nothing but a Redis.</summary>
internal sealed class Replicas : IAsyncDisposable
{
    private readonly List<AuthServerHost> _hosts = [];
    private int _next;

    public IReadOnlyList<AuthServerHost> Hosts => _hosts;

    /// <summary>What the servers log of Redis.</summary>
    public LogLines<SharedCounters> Log { get; } = new();

    public static async Task<Replicas> StartAsync(string redisUrl, int count, params (string Key, string Value)[] settings)
    {
        var replicas = new Replicas();
        var all = new Dictionary<string, string>
        {
            ["REDIS_URL"] = redisUrl,
            ["TRUSTED_PROXIES"] = "127.0.0.1",
            // Tests about the wait set it; to the others a slow machine must not look like a slow Redis.
            ["REDIS_TIMEOUT_MILLISECONDS"] = "20000",
        };
        foreach (var (key, value) in settings) all[key] = value;
        for (var i = 0; i < count; i++)
        {
            replicas._hosts.Add(await AuthServerHost.StartAsync(new HostSetup(DatabaseKind.Sqlite)
            {
                Settings = all,
                Services = services => services.AddSingleton<ILogger<SharedCounters>>(replicas.Log),
            }));
        }
        return replicas;
    }

    public bool AreUp => _hosts.TrueForAll(host => host.Services.GetRequiredService<SharedCounters>().IsUp);

    public bool AreAway => _hosts.TrueForAll(host => !host.Services.GetRequiredService<SharedCounters>().IsUp);

    /// <summary>One call from an address, at the server whose turn it is.</summary>
    public Task<HttpResponseMessage> SendAsync(string address, string path = "/v1/no-such-thing") =>
        SendAsync(_hosts[(int)((uint)Interlocked.Increment(ref _next) % _hosts.Count)], address, path);

    public static async Task<HttpResponseMessage> SendAsync(AuthServerHost host, string address, string path = "/v1/no-such-thing")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept", "application/json");
        request.Headers.Add("X-Forwarded-For", address);
        return await host.Issuer.Http.SendAsync(request);
    }

    /// <summary>How many of so many calls at once, spread over all servers, were admitted.</summary>
    public async Task<int> AdmittedAsync(int calls, string address, string path = "/v1/no-such-thing")
    {
        var statuses = new ConcurrentBag<HttpStatusCode>();
        await Parallel.ForAsync(0, calls, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (_, _) =>
        {
            using var answer = await SendAsync(address, path);
            statuses.Add(answer.StatusCode);
        });
        return statuses.Count(status => status != HttpStatusCode.TooManyRequests);
    }

    public static async Task WaitUntilAsync(Func<bool> isSo)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(90), "It did not happen.");
            await Task.Delay(10);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts) await host.DisposeAsync();
    }
}
