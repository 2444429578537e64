using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Doctor;

/// <summary>`AuthServer doctor` about Redis.</summary>
public sealed class RedisDoctorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("doctor-redis-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_it_forgets_when_its_memory_is_full_is_told()
    {
        using var redis = await RedisServer.StartAsync(
            "--port", "--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru", "--requirepass", "hunter2");
        var run = await RunAsync($"redis://:hunter2@127.0.0.1:{redis.Port}/0");
        run.Has("Redis", "ok", "version 7.");
        run.Has("Redis", "warning", "maxmemory-policy is allkeys-lru");
        run = await RunAsync($"redis://:hunter3@127.0.0.1:{redis.Port}/0");
        var refused = run.Has("Redis", "wrong", $"it does not answer at 127.0.0.1:{redis.Port}");
        Assert.Contains("password", refused.Cure!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_certificate_is_told_of_before_it_ends_and_when_it_is_not_trusted()
    {
        using var authority = new TestAuthority("cache authority");
        using var redis = await RedisServer.StartTlsAsync(
            _folder, authority, authority.Issue("cache", ["localhost"], days: 20), asksClients: false);
        var root = authority.WriteRoot(_folder);
        var run = await RunAsync($"rediss://localhost:{redis.Port}/0?sslrootcert={root}");
        run.Has("Redis", "warning", "the certificate of Redis is valid until");
        run.Has("Redis", "ok", "version 7.");
        run.HasNone("wrong");
        run = await RunAsync($"rediss://localhost:{redis.Port}/0");
        run.Has("Redis", "wrong", "is not signed by an authority that this machine trusts");
        (await RunAsync($"rediss://127.0.0.1:{redis.Port}/0?sslrootcert={root}")).Has("Redis", "wrong", "not for 127.0.0.1");
        (await RunAsync("redis://192.0.2.1:6379/0")).Has("Redis", "warning", "the connection is plain");
    }

    private Task<DoctorRun> RunAsync(string url) =>
        DoctorRun.OfAsync([("AUTHSERVER_DATA", Path.Combine(_folder, "data")), ("REDIS_URL", url)]);
}
