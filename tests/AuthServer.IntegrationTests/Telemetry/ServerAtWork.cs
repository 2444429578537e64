using System.Net;
using System.Net.Http.Json;
using AuthServer.Configuration;
using AuthServer.Hosting.Management;
using AuthServer.IntegrationTests.Attacks.Leaks;
using AuthServer.IntegrationTests.Backup;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthServer.IntegrationTests.Telemetry;

/// <summary>
/// A server on PostgreSQL and Redis with people and apps at work, a replica that has made a backup, and a Prometheus that reads both.
/// </summary>
public sealed class ServerAtWork : IAsyncLifetime
{
    /// <summary>The folder of dashboard and alerts.</summary>
    public static readonly string Files = Path.Combine(ServerProcess.Root, "docker", "monitoring");

    private readonly string _address = ServerProcess.FreeAddress("localhost"), _management = ServerProcess.FreeAddress();
    private BackupHost? _backups;
    private WebApplication? _replica;
    private TestDatabase? _database;
    private ServerProcess? _server;

    public Prometheus Prometheus { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _backups = await BackupHost.StartAsync(DatabaseKind.Sqlite);
        await _backups.Round.RunAsync(isTick: true, CancellationToken.None);
        await _backups.Drill.RunAsync(CancellationToken.None);
        _replica = await ListenForAsync(_backups.Host.Services);
        _database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        _server = ServerProcess.Start([
            .. _database.Settings.Select(s => (s.Key, s.Value)), ("API_BASE_URL", _address), ("ASPNETCORE_URLS", _address),
            ("MANAGEMENT_URLS", _management), ("SECRET_KEY", SecretText.New()), ("JWT_SECRET", SecretText.New()),
            ("AUTHSERVER_SEED", Seed.File), ("REDIS_URL", (await SharedServers.RedisAsync()).Url),
            // Nothing listens there: mails wait.
            ("SMTP_URL", "smtp://127.0.0.1:9?tls=none"), ("EMAIL_FROM", "id@example.com"),
            ("SIGNINS_PER_ADDRESS_PER_MINUTE", "12"), ("OVERLOAD_QUEUE_MILLISECONDS", DashboardPictures.AreWanted ? "50" : "0")]);
        await _server.ReadyAsync(_address);
        Prometheus = await Prometheus.StartAsync(
            Path.Combine(Files, "prometheus-alerts.yaml"), new Uri(_management).Authority, new Uri(_replica.Urls.Single()).Authority);
        await new LeakTraffic(Issuer.At(new Uri(_address)), new Planted()).RunAsync();
        if (DashboardPictures.AreWanted) await DashboardPictures.WorkAsync(Issuer.At(new Uri(_address)));
        await GuessUntilThrottledAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Prometheus?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
        if (_replica is not null) await _replica.DisposeAsync();
        if (_backups is not null) await _backups.DisposeAsync();
        _database?.Dispose();
    }

    private async Task GuessUntilThrottledAsync()
    {
        using var client = new HttpClient();
        for (var i = 0; i < 20; i++)
        {
            using var answer = await client.PostAsJsonAsync(
                _address + "/v1/auth/login", new { email = $"nobody-{i}@example.test", password = "Mistyped-Sunflower-31!" });
            if (answer.StatusCode == HttpStatusCode.TooManyRequests) return;
        }

        Assert.Fail("No limit refuses.");
    }

    /// <summary>A server in this process listens nowhere: this is its management listener.</summary>
    private static async Task<WebApplication> ListenForAsync(IServiceProvider server)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(server.GetRequiredService<ManagementAnswers>().AnswerAsync);
        await app.StartAsync();
        return app;
    }
}
