using System.Collections.Concurrent;
using System.Net;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AuthServer.IntegrationTests.Replicas;

/// <summary>PostgreSQL goes away under load, in real processes, and comes back or is replaced by its standby.</summary>
public sealed class PostgresFaultTests(ITestOutputHelper output)
{
    [Fact]
    public async Task PostgreSQL_is_killed_and_started_again_under_load()
    {
        using var cluster = await PostgresCluster.StartAsync(durable: true);
        await using var host = await StartAsync(cluster.Url(await cluster.CreateDatabaseAsync()));
        await RunAsync("restart", host, async () =>
        {
            cluster.Kill();
            await cluster.StartAgainAsync();
        });
    }

    [Fact]
    public async Task PostgreSQL_fails_over_to_its_standby_under_load()
    {
        using var primary = await PostgresCluster.StartAsync(durable: true);
        var database = await primary.CreateDatabaseAsync();
        using var standby = await primary.StartStandbyAsync();
        var url = $"postgresql://postgres:unused@127.0.0.1:{standby.Port},127.0.0.1:{primary.Port}/{database}"
            + "?sslmode=disable&target_session_attrs=read-write";
        await using var host = await StartAsync(url);
        await RunAsync("failover", host, async () =>
        {
            primary.Kill();
            await standby.PromoteAsync();
        }, () => HasWritersAsync(standby, database));
    }

    /// <summary>The server keeps its connections, but its statements are refused (25006): a pool must not stay there.</summary>
    [Fact]
    public async Task A_primary_that_takes_no_writes_any_more_is_left_for_the_one_that_does()
    {
        using var primary = await PostgresCluster.StartAsync(durable: true);
        var database = await primary.CreateDatabaseAsync();
        using var standby = await primary.StartStandbyAsync();
        await using var host = await StartAsync(
            $"postgresql://postgres:unused@127.0.0.1:{primary.Port},127.0.0.1:{standby.Port}/{database}?sslmode=disable");
        await RunAsync("read-only", host, async () =>
        {
            await primary.ExecuteAsync("postgres", "ALTER SYSTEM SET default_transaction_read_only = on");
            await primary.ReloadAsync();
            await standby.PromoteAsync();
        }, () => HasWritersAsync(standby, database));
    }

    private static async Task<bool> HasWritersAsync(PostgresCluster cluster, string database)
    {
        await using var connection = new NpgsqlConnection(cluster.ConnectionString(database));
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) > 0 FROM pg_stat_activity WHERE application_name = 'AuthServer' AND query LIKE 'UPDATE%'";
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    private static Task<AuthServerHost> StartAsync(string url) => AuthServerHost.StartAsync(new(DatabaseKind.Postgres)
    {
        Settings = new Dictionary<string, string>
        {
            ["DATABASE_URL"] = url, ["DATABASE_POOL_SIZE"] = "8", ["REQUESTS_PER_ADDRESS_PER_MINUTE"] = "1000000000",
        },
    });

    private async Task RunAsync(string name, AuthServerHost host, Func<Task> fault, Func<Task<bool>>? hasMoved = null)
    {
        var (browser, app) = (host.NewBrowser(), Seed.Spa(host.Issuer));
        await browser.SignInAsync(Seed.Alice);
        var sessions = new List<TokenAnswer>();
        for (var i = 0; i < 3; i++)
        {
            sessions.Add(await app.RedeemCodeAsync(
                await browser.AuthorizeAsync(app, "openid offline_access notes:read", [("resource", Seed.Api)])));
        }

        using var end = new CancellationTokenSource();
        var answers = new ConcurrentQueue<Answer>();
        var load = sessions.Select(s => Task.Run(() => RefreshAsync(app, s.RefreshToken, answers, end.Token))).ToList();
        var machines = sessions.Select(s => Task.Run(() => AskAsync(host, s.AccessToken, answers, end.Token))).ToList();
        await UntilAsync(answers, () => Task.FromResult(answers.Count(a => a.Status == HttpStatusCode.OK) > 50));

        var began = TimeProvider.System.GetTimestamp();
        await fault();
        var back = TimeProvider.System.GetElapsedTime(began);
        // Each kind of request is answered again, and often.
        var before = answers.Count;
        if (hasMoved is not null) await UntilAsync(answers, hasMoved);
        await UntilAsync(answers, () => Task.FromResult(answers.ToList()[before..].GroupBy(a => a.Kind)
            .Count(kind => kind.TakeLast(10).Count(a => a.Status == HttpStatusCode.OK) == 10) == 3));
        var recovered = TimeProvider.System.GetElapsedTime(began);
        await end.CancelAsync();
        var last = await Task.WhenAll(load);
        await Task.WhenAll(machines);

        var counts = answers.GroupBy(a => (a.Kind, a.Status)).Select(g => $"{g.Key.Kind} {(int)g.Key.Status}: {g.Count()}");
        output.WriteLine($"{name}: back after {back}, all requests answered after {recovered}; {string.Join(", ", counts)}");
        Assert.All(answers, a => Assert.True(a.Status is HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable, a.ToString()));
        Assert.All(answers.Where(a => a.Status == HttpStatusCode.ServiceUnavailable), a => Assert.True(a.SaysWhen, a.ToString()));
        // No session is lost, and none is there twice.
        foreach (var token in last) Assert.True((await app.RefreshAsync(token)).IsOk);
        await using var scope = host.Services.CreateAsyncScope();
        var kept = scope.ServiceProvider.GetRequiredService<AuthDbContext>().Sessions;
        Assert.Equal(3, await kept.CountAsync(s => s.Kind == SessionKind.Client));
    }

    private static async Task UntilAsync(ConcurrentQueue<Answer> answers, Func<Task<bool>> isTrue)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await isTrue())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(60),
                "No recovery: " + string.Join("\n", answers.TakeLast(20)));
            await Task.Delay(20);
        }
    }

    /// <summary>As an app does: what was not answered is asked again with the same token.</summary>
    /// <returns>The newest token.</returns>
    private static async Task<string> RefreshAsync(
        ClientApp app, string token, ConcurrentQueue<Answer> answers, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var answer = await app.RefreshAsync(token);
            if (answer.IsOk) token = answer.RefreshToken;
            await KeepAsync(answers, "refresh", answer);
        }

        return token;
    }

    private static async Task AskAsync(AuthServerHost host, string token, ConcurrentQueue<Answer> answers, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await KeepAsync(answers, "client_credentials", await Seed.Machine(host.Issuer).ClientCredentialsAsync("notes:read"));
            var introspected = await Seed.ResourceServer(host.Issuer).IntrospectAsync(token);
            Assert.True(introspected.IsActive || !introspected.IsOk, introspected.Body);
            await KeepAsync(answers, "introspection", introspected);
        }
    }

    private static Task KeepAsync(ConcurrentQueue<Answer> answers, string kind, TokenAnswer answer)
    {
        answers.Enqueue(new(kind, answer.Status, answer.Headers.RetryAfter is not null, answer.IsOk ? "" : answer.Body));
        return Task.Delay(answer.IsOk ? 2 : 20);
    }

    private sealed record Answer(string Kind, HttpStatusCode Status, bool SaysWhen, string Body);
}
