using System.Net;
using System.Net.Http.Json;
using AuthServer.Configuration;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;
using Npgsql;

namespace AuthServer.IntegrationTests.Management;

/// <summary>A server that is told to end while it answers: requests that wait for a lock of the database are the slow ones.</summary>
public sealed class DrainTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _public = ServerProcess.FreeAddress(), _management = ServerProcess.FreeAddress();
    private readonly HttpClient _client = new() { Timeout = Patience };
    private TestDatabase _database = null!;
    private NpgsqlConnection _other = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        _other = new NpgsqlConnection(_database.ConnectionString);
        await _other.OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _other.DisposeAsync();
        _database.Dispose();
    }

    [Fact]
    public async Task SIGTERM_turns_readiness_off_first_then_requests_are_served_and_finished_and_the_end_is_0()
    {
        await using var server = await StartAsync("8s");
        var (slow, held) = await HoldLoginsAsync(server);
        await server.SignalAsync("TERM");
        await UntilAsync(server, async () => await StatusAsync("/health/ready") == HttpStatusCode.ServiceUnavailable);
        Assert.Equal("""{"status":"not ready"}""", await (await _client.GetAsync(_public + "/health/ready")).Content.ReadAsStringAsync());
        Assert.Contains("\"process\":\"draining\"", await DetailsAsync(), StringComparison.Ordinal);

        // A balancer that has not noticed yet.
        using (var served = await _client.GetAsync(_public + "/.well-known/openid-configuration"))
        {
            Assert.Equal(HttpStatusCode.OK, served.StatusCode);
            Assert.True(served.Headers.ConnectionClose);
        }

        // The public listener closes; operators still see the process, which has requests to finish.
        await UntilAsync(server, async () => !await ChildProcess.ListensAsync(new Uri(_public).Port));
        Assert.Contains("\"process\":\"draining\"", await DetailsAsync(), StringComparison.Ordinal);
        Assert.False(slow.IsCompleted);
        await held.RollbackAsync();
        Assert.All(await slow, status => Assert.Equal(HttpStatusCode.Unauthorized, status));
        Assert.Equal(0, await server.ExitAsync());
        Assert.Contains("Told to stop: not ready any more; requests are taken for 8 s", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_SIGTERM_ends_it_at_once()
    {
        await using var server = await StartAsync("5m");
        var (slow, held) = await HoldLoginsAsync(server);
        await using var _ = held;
        await server.SignalAsync("TERM");
        await UntilAsync(server, async () => await StatusAsync("/health/ready") == HttpStatusCode.ServiceUnavailable);
        await server.SignalAsync("TERM");
        // 128 + SIGTERM, as a shell writes it.
        Assert.Equal(143, await server.ExitAsync());
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => slow);
    }

    private async Task<ServerProcess> StartAsync(string drain)
    {
        var server = ServerProcess.Start([
            .. _database.Settings.Select(s => (s.Key, s.Value)), ("API_BASE_URL", _public), ("ASPNETCORE_URLS", _public),
            ("MANAGEMENT_URLS", _management), ("DRAIN_TIME", drain), ("DATABASE_POOL_SIZE", "5"),
            ("SECRET_KEY", SecretText.New()), ("JWT_SECRET", SecretText.New())]);
        await server.ReadyAsync(_public);
        return server;
    }

    /// <summary>Logins that wait until the lock is given back.</summary>
    private async Task<(Task<HttpStatusCode[]> Logins, NpgsqlTransaction Lock)> HoldLoginsAsync(ServerProcess server)
    {
        const int Count = 2;
        var held = await _other.BeginTransactionAsync();
        await ExecuteAsync("LOCK TABLE users IN ACCESS EXCLUSIVE MODE");
        var logins = Task.WhenAll(Enumerable.Range(0, Count).Select(async i =>
        {
            using var answer = await _client.PostAsJsonAsync(
                _public + "/v1/auth/login", new { email = $"nobody-{i}@example.test", password = "Granite-Teapot-77-Moon" });
            return answer.StatusCode;
        }));
        await UntilAsync(server, async () => (long)(await ExecuteAsync(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'users'::regclass"))! == Count);
        return (logins, held);
    }

    private async Task<object?> ExecuteAsync(string sql)
    {
        await using var command = _other.CreateCommand();
#pragma warning disable CA2100 // A constant of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }

    private async Task<HttpStatusCode> StatusAsync(string path)
    {
        using var answer = await _client.GetAsync(_public + path);
        return answer.StatusCode;
    }

    private async Task<string> DetailsAsync()
    {
        using var answer = await _client.GetAsync(_management + "/health/ready");
        return await answer.Content.ReadAsStringAsync();
    }

    private static Task UntilAsync(ServerProcess server, Func<Task<bool>> isSo) => Eventually.UntilAsync(
        "the next step of the end", async () =>
        {
            if (await isSo()) return true;
            Assert.False(server.HasExited, server.Output + server.Errors);
            return false;
        }, () => server.Output + server.Errors);
}
