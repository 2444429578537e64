using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
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

/// <summary>The dashboard and the alerts of docker/monitoring against what a server at work exposes, read by a real Prometheus.</summary>
public sealed partial class MonitoringFileTests
{
    private static readonly string Files = Path.Combine(ServerProcess.Root, "docker", "monitoring");
    private static readonly string Rules = Path.Combine(Files, "prometheus-alerts.yaml");

    // Series of Prometheus itself, and labels that it adds.
    private static readonly string[] OwnLabels = ["job", "instance", "le"];

    [Fact]
    public async Task The_rules_are_right_and_fire_when_they_should()
    {
        await ChildProcess.RunAsync("promtool", "check", "rules", Rules);
        await ChildProcess.RunAsync("promtool", "test", "rules", Path.Combine(Files, "prometheus-alerts-test.yaml"));
    }

    [Fact]
    public async Task Every_panel_and_alert_asks_for_what_a_server_at_work_exposes()
    {
        await using var backups = await BackupsAsync();
        await using var replica = await ListenForAsync(backups.Host.Services);
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        var (address, management) = (ServerProcess.FreeAddress("localhost"), ServerProcess.FreeAddress());
        await using var server = ServerProcess.Start([
            .. database.Settings.Select(s => (s.Key, s.Value)), ("API_BASE_URL", address), ("ASPNETCORE_URLS", address),
            ("MANAGEMENT_URLS", management), ("SECRET_KEY", SecretText.New()), ("JWT_SECRET", SecretText.New()),
            ("AUTHSERVER_SEED", Seed.File), ("REDIS_URL", (await SharedServers.RedisAsync()).Url),
            ("SIGNINS_PER_ADDRESS_PER_MINUTE", "12")]);
        await server.ReadyAsync(address);
        using var prometheus = await Prometheus.StartAsync(Rules, new Uri(management).Authority, new Uri(replica.Urls.Single()).Authority);
        await new LeakTraffic(Issuer.At(new Uri(address)), new Planted()).RunAsync();
        await GuessUntilThrottledAsync(address);

        var (wrong, until) = (new List<string>(), TimeProvider.System.GetUtcNow().AddSeconds(30));
        foreach (var (place, expression, labels) in Panels())
        {
            if (!await prometheus.FindsAsync(expression, until)) wrong.Add($"{place}: no series for {expression}");
            wrong.AddRange(await MissingAsync(prometheus, place, expression, labels));
        }

        var groups = (await prometheus.RulesAsync()).EnumerateArray();
        var alerts = groups.SelectMany(group => group.GetProperty("rules").EnumerateArray()).ToList();
        Assert.Equal(13, alerts.Count);
        var runbook = await File.ReadAllTextAsync(Path.Combine(ServerProcess.Root, "docs", "operations.md"));
        foreach (var alert in alerts)
        {
            var name = alert.GetProperty("name").GetString()!;
            wrong.AddRange(await MissingAsync(prometheus, name, Runnable(alert.GetProperty("query").GetString()!), []));
            if (alert.GetProperty("health").GetString() != "ok") wrong.Add($"{name}: {alert}");
            var page = alert.GetProperty("annotations").GetProperty("runbook_url").GetString();
            if (page != "docs/operations.md#alert-" + name.ToLowerInvariant()) wrong.Add($"{name}: {page} is not its page");
            if (!runbook.Contains($"### Alert {name}\n", StringComparison.Ordinal)) wrong.Add($"{name} has no page in docs/operations.md");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>Every expression of the dashboard, with the labels that its legend shows.</summary>
    private static IEnumerable<(string Place, string Expression, IEnumerable<string> Labels)> Panels()
    {
        var board = JsonDocument.Parse(File.ReadAllText(Path.Combine(Files, "grafana-dashboard.json"))).RootElement;
        var panels = board.GetProperty("panels").EnumerateArray().Where(p => p.GetProperty("type").GetString() != "row").ToList();
        Assert.True(panels.Count > 20);
        return
            from panel in panels
            from target in panel.GetProperty("targets").EnumerateArray()
            let labels = LegendLabel().Matches(target.GetProperty("legendFormat").GetString()!).Select(m => m.Groups[1].Value)
            select (panel.GetProperty("title").GetString()!, Runnable(target.GetProperty("expr").GetString()!), labels);
    }

    /// <summary>With the variables of Grafana filled in. No request of this run fails, so that refused ones stand for those.</summary>
    private static string Runnable(string expression) => expression.Replace("$__rate_interval", "1m", StringComparison.Ordinal)
        .Replace("$job", ".*", StringComparison.Ordinal).Replace("$instance", ".*", StringComparison.Ordinal)
        .Replace("\"5..\"", "\"[45]..\"", StringComparison.Ordinal);

    /// <summary>The metrics and labels of an expression that no series has.</summary>
    private static async Task<IEnumerable<string>> MissingAsync(
        Prometheus prometheus, string place, string expression, IEnumerable<string> shown)
    {
        var wrong = new List<string>();
        var grouped = Grouping().Matches(expression).SelectMany(m => m.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries));
        var labels = shown.Concat(grouped).Distinct().Except(OwnLabels).ToList();
        foreach (var selector in Selector().Matches(expression).Select(m => m.Value))
        {
            if ((await prometheus.QueryAsync(selector)).GetArrayLength() == 0) wrong.Add($"{place}: nothing exposes {selector}");
            foreach (var label in labels.Where(l => !selector.Contains($"{l}=", StringComparison.Ordinal)))
            {
                var with = $"{selector[..^1]}, {label}!=\"\"}}";
                if ((await prometheus.QueryAsync(with)).GetArrayLength() == 0) wrong.Add($"{place}: {selector} has no label {label}");
            }
        }

        return wrong;
    }

    private static async Task GuessUntilThrottledAsync(string address)
    {
        using var client = new HttpClient();
        for (var i = 0; i < 20; i++)
        {
            using var answer = await client.PostAsJsonAsync(
                address + "/v1/auth/login", new { email = $"nobody-{i}@example.test", password = "Mistyped-Sunflower-31!" });
            if (answer.StatusCode == HttpStatusCode.TooManyRequests) return;
        }

        Assert.Fail("No limit refuses.");
    }

    /// <summary>A replica whose backup and drill are those of minutes ago.</summary>
    private static async Task<BackupHost> BackupsAsync()
    {
        var backups = await BackupHost.StartAsync(DatabaseKind.Sqlite);
        await backups.Round.RunAsync(isTick: true, CancellationToken.None);
        await backups.Drill.RunAsync(CancellationToken.None);
        return backups;
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

    [GeneratedRegex(@"\b[a-z_]+\{[^}]*\}")]
    private static partial Regex Selector();

    [GeneratedRegex(@"\bby \(([^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex LegendLabel();
}
