using AuthServer.Configuration;
using AuthServer.Data.Redis;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>REDIS_URL with certificates, against a Redis that has them.</summary>
public sealed class RedisTlsTests : IDisposable
{
    private static readonly string[] Here = ["localhost", "127.0.0.1"];

    private readonly string _folder = Directory.CreateTempSubdirectory("authserver-redis-").FullName;
    private readonly TestAuthority _authority = new("cache authority");

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_server_uses_a_checked_redis_with_a_certificate_of_its_own()
    {
        using var redis = await StartAsync(_authority.Issue("cache", Here), asksClients: true);
        var (state, log) = await RunAsync(redis, Root + Own(_authority.Issue("authserver", [])));
        Assert.Equal(("ok", ""), (state, log));
    }

    [Fact]
    public async Task A_missing_certificate_of_the_server_and_a_foreign_one_are_told_apart()
    {
        using var redis = await StartAsync(_authority.Issue("cache", Here), asksClients: true);
        var (state, log) = await RunAsync(redis, Root);
        Assert.Equal("degraded", state);
        Assert.Contains("asks for a certificate of this server; name one as sslcert", log, StringComparison.Ordinal);
        using var other = new TestAuthority("other");
        (state, log) = await RunAsync(redis, Root + Own(other.Issue("authserver", [])));
        Assert.Equal("degraded", state);
        Assert.Contains("refuses the certificate of this server, sslcert /", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_foreign_authority_and_an_expired_certificate_are_refused()
    {
        using var other = new TestAuthority("other");
        using (var redis = await StartAsync(other.Issue("cache", Here)))
        {
            var (state, log) = await RunAsync(redis, Root);
            Assert.Equal("degraded", state);
            Assert.Contains("issued by CN=other, is not signed by an authority of sslrootcert", log, StringComparison.Ordinal);
            (state, log) = await RunAsync(redis, "");
            Assert.Equal("degraded", state);
            Assert.Contains("that this machine trusts", log, StringComparison.Ordinal);
        }
        using var outdated = await StartAsync(_authority.Issue("cache", Here, days: -1));
        var (expired, line) = await RunAsync(outdated, Root);
        Assert.Equal("degraded", expired);
        Assert.Contains("its certificate CN=cache is valid from", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_host_name_is_refused_unless_verify_ca_leaves_it_out()
    {
        using var redis = await StartAsync(_authority.Issue("cache", ["cache.example.com"]));
        var (state, log) = await RunAsync(redis, Root);
        Assert.Equal("degraded", state);
        Assert.Contains("for cache.example.com, not for localhost", log, StringComparison.Ordinal);
        Assert.Equal(("ok", ""), await RunAsync(redis, Root + "&sslmode=verify-ca"));
    }

    [Theory]
    [InlineData("redis://:hunter2@localhost:1/0?sslrootcert=/x", "only rediss://")]
    [InlineData("rediss://:hunter2@localhost:1/0?sslmode=require", "sslmode=verify-full or verify-ca")]
    [InlineData("rediss://:hunter2@localhost:1/0?sslrootcert=/nowhere", "sslrootcert /nowhere, which cannot be read")]
    public void Settings_that_cannot_be_used_stop_the_start(string url, string expected)
    {
        var problems = new SettingProblems();
        new RedisOptions { Url = url }.Check(problems);
        var line = Assert.Single(problems.Lines);
        Assert.StartsWith("REDIS_URL: ", line, StringComparison.Ordinal);
        Assert.Contains(expected, line, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", line, StringComparison.Ordinal);
    }

    private string Root => $"?sslrootcert={_authority.WriteRoot(_folder)}";

    private string Own((string Certificate, string PrivateKey) pair)
    {
        var (certificate, privateKey) = TestAuthority.Write(_folder, "client", pair);
        return $"&sslcert={certificate}&sslkey={privateKey}";
    }

    private Task<RedisServer> StartAsync((string Certificate, string PrivateKey) shown, bool asksClients = false) =>
        RedisServer.StartTlsAsync(_folder, _authority, shown, asksClients, "--requirepass", "hunter2");

    /// <returns>What readiness says of Redis, and what the log says.</returns>
    private static async Task<(string? State, string Log)> RunAsync(RedisServer redis, string query)
    {
        var log = new LogLines<RedisOptions>();
        await using var host = await AuthServerHost.StartAsync(new HostSetup(DatabaseKind.Sqlite)
        {
            SeedFile = null,
            Settings = new Dictionary<string, string> { ["REDIS_URL"] = $"rediss://:hunter2@localhost:{redis.Port}/0{query}" },
            Services = services => services.AddSingleton<ILogger<RedisOptions>>(log),
        });
        var lines = string.Join('\n', log.All);
        Assert.DoesNotContain("hunter2", lines, StringComparison.Ordinal);
        return ((await ManagementView.ReadinessOfAsync(host.Services)).GetProperty("redis").GetString(), lines);
    }
}
