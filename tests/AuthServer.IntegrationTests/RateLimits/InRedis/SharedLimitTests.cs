using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.RateLimits.InRedis;

/// <summary>Every limit over two servers that share a Redis: it is the limit of both together.</summary>
public sealed class SharedLimitTests(SharedLimitTests.TwoServers fixture) : IClassFixture<SharedLimitTests.TwoServers>
{
    private const int PerMinute = 40, Failures = 4, Attempts = 12, Registrations = 3, PerClient = 10;

    private static int _addresses;

    [Fact]
    public Task The_requests_of_an_address() =>
        ExactlyAsync(PerMinute, address => fixture.Replicas.AdmittedAsync(2 * PerMinute, address, "/no-such-page"));

    [Fact]
    public Task The_attempts_to_sign_in_from_an_address() => ExactlyAsync(Attempts, async address =>
    {
        var admitted = 0;
        for (var i = 0; i < Attempts + 4; i++)
        {
            // Other accounts each time, so that no failures make one wait.
            var page = await From(address, i).SignInAsync($"{address}-{i}@example.test", "wrong-password");
            if (page.Status != HttpStatusCode.TooManyRequests) admitted++;
        }
        return admitted;
    });

    [Fact]
    public async Task Wrong_passwords_of_one_account_at_one_address()
    {
        var address = NextAddress();
        for (var i = 0; i < Failures; i++)
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await From(address, i).SignInAsync(Seed.Carol.Email, "wrong")).Status);
        }
        // Whichever server is asked, and whatever it has seen itself.
        for (var i = 0; i < 2; i++) Assert.Equal(HttpStatusCode.TooManyRequests, (await From(address, i).SignInAsync(Seed.Carol)).Status);
        // The account is closed to strangers, and still admits a few from elsewhere.
        Assert.Equal(HttpStatusCode.OK, (await From(NextAddress(), 0).SignInAsync(Seed.Carol)).Status);
    }

    [Fact]
    public async Task A_right_password_at_one_server_forgets_the_wrong_ones_at_the_other()
    {
        var address = NextAddress();
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < Failures - 1; i++)
                Assert.Equal(HttpStatusCode.UnprocessableEntity, (await From(address, i).SignInAsync(Seed.Alice.Email, "wrong")).Status);
            Assert.Equal(HttpStatusCode.OK, (await From(address, round).SignInAsync(Seed.Alice)).Status);
        }
    }

    [Fact]
    public Task New_accounts_of_an_address() => ExactlyAsync(Registrations, async address =>
    {
        var admitted = 0;
        for (var i = 0; i < Registrations + 2; i++)
        {
            var http = fixture.Replicas.Hosts[i % 2].Issuer.Http;
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/auth/register");
            request.Headers.Add("X-Forwarded-For", address);
            request.Content = new StringContent(
                $$"""{"email":"new-{{address}}-{{i}}@example.test","password":"Quiet-Mountain-{{i}}-Tea-Pot"}""",
                new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
            using var answer = await http.SendAsync(request);
            if (answer.StatusCode != HttpStatusCode.TooManyRequests) admitted++;
        }
        return admitted;
    });

    [Fact]
    public async Task Wrong_secrets_of_a_client()
    {
        for (var i = 0; i < Failures; i++)
        {
            var guess = Seed.ResourceServer(fixture.Replicas.Hosts[i % 2].Issuer) with { Secret = "guess" };
            Assert.Equal("invalid_client", (await guess.ClientCredentialsAsync()).Error);
        }
        foreach (var host in fixture.Replicas.Hosts)
        {
            var right = await Seed.ResourceServer(host.Issuer).ClientCredentialsAsync();
            Assert.Equal((HttpStatusCode.TooManyRequests, "temporarily_unavailable"), (right.Status, right.Error));
            Assert.InRange(right.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 15);
        }
    }

    [Fact]
    public async Task The_requests_of_a_client()
    {
        var refused = 0;
        for (var i = 0; i < 2 * PerClient; i++)
        {
            var answer = await Seed.Machine(fixture.Replicas.Hosts[i % 2].Issuer).ClientCredentialsAsync();
            if (answer.Status == HttpStatusCode.TooManyRequests) refused++;
            else Assert.True(answer.IsOk, answer.Body);
        }
        // One more or two when a minute ends in between.
        Assert.InRange(refused, PerClient - 2, PerClient);
    }

    [Fact]
    public async Task What_redis_keeps_expires_and_names_nobody()
    {
        var address = NextAddress();
        (await fixture.Replicas.SendAsync(address)).Dispose();
        await From(address, 0).SignInAsync("nobody@example.test", "wrong");
        var keys = (string[])(await fixture.Redis.ExecuteAsync("KEYS", "*"))!;
        Assert.NotEmpty(keys);
        foreach (var key in keys)
        {
            Assert.Matches("^authplatform:[0-9a-f]{12}:({sign-in}:)?[a-z-]+:[0-9]+$", key);
            Assert.InRange((long)await fixture.Redis.ExecuteAsync("PTTL", key), 1, (long)TimeSpan.FromDays(1.1).TotalMilliseconds);
            var content = (byte[])(await fixture.Redis.ExecuteAsync("GET", key))!;
            Assert.Equal(0, content.Length % 24);
            // The bytes of the address, in either order.
            byte[] bytes = IPAddress.Parse(address).GetAddressBytes();
            Assert.Equal(-1, content.AsSpan().IndexOf(bytes));
            Array.Reverse(bytes);
            Assert.Equal(-1, content.AsSpan().IndexOf(bytes));
        }
    }

    /// <summary>A minute or an hour may end in between, and what was counted begins to fade: then another address tries.</summary>
    private async Task ExactlyAsync(int limit, Func<string, Task<int>> countAsync)
    {
        while (true)
        {
            var minute = Minute;
            var admitted = await countAsync(NextAddress());
            if (minute != Minute) continue;
            Assert.Equal(limit, admitted);
            return;
        }
    }

    private static long Minute => TimeProvider.System.GetUtcNow().Ticks / TimeSpan.TicksPerMinute;

    // Each test has addresses of its own: xunit makes a new instance for each.
    private static string NextAddress() => $"10.77.88.{Interlocked.Increment(ref _addresses)}";

    private Browser From(string address, int turn)
    {
        var browser = fixture.Replicas.Hosts[turn % 2].NewBrowser();
        browser.Http.DefaultRequestHeaders.Add("X-Forwarded-For", address);
        return browser;
    }

    public sealed class TwoServers : IAsyncLifetime
    {
        internal RedisServer Redis { get; private set; } = null!;

        internal Replicas Replicas { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Redis = await RedisServer.StartAsync();
            Replicas = await Replicas.StartAsync(
                Redis.Url, count: 2,
                ("REQUESTS_PER_ADDRESS_PER_MINUTE", $"{PerMinute}"), ("FLOOD_LIMIT_EXEMPT", "127.0.0.1"),
                ("SIGNIN_FAILURES_PER_ACCOUNT", $"{Failures}"), ("SIGNINS_PER_ADDRESS_PER_MINUTE", $"{Attempts}"),
                ("REGISTRATIONS_PER_ADDRESS_PER_HOUR", $"{Registrations}"), ("CLIENT_AUTHENTICATION_FAILURES", $"{Failures}"),
                ("PROTOCOL_REQUESTS_PER_CLIENT_PER_MINUTE", $"{PerClient}"));
        }

        public async ValueTask DisposeAsync()
        {
            if (Replicas is not null) await Replicas.DisposeAsync();
            Redis?.Dispose();
        }
    }
}
