using System.Net;
using System.Text.RegularExpressions;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Telemetry;

/// <summary>The dashboard and the alerts of docker/monitoring against what a server at work exposes, read by a real Prometheus.</summary>
public sealed partial class MonitoringFileTests(ServerAtWork work) : IClassFixture<ServerAtWork>
{
    // Labels that Prometheus adds.
    private static readonly string[] OwnLabels = ["job", "instance", "le"];

    [Fact]
    public async Task The_rules_are_right_and_fire_when_they_should()
    {
        await ChildProcess.RunAsync("promtool", "check", "rules", Path.Combine(ServerAtWork.Files, "prometheus-alerts.yaml"));
        await ChildProcess.RunAsync("promtool", "test", "rules", Path.Combine(ServerAtWork.Files, "prometheus-alerts-test.yaml"));
    }

    [Fact]
    public async Task Every_panel_and_alert_asks_for_what_a_server_at_work_exposes()
    {
        var (wrong, until) = (new List<string>(), TimeProvider.System.GetUtcNow().AddSeconds(30));
        foreach (var (place, expression, labels) in Panels())
        {
            if (!await work.Prometheus.FindsAsync(expression, until)) wrong.Add($"{place}: no series for {expression}");
            wrong.AddRange(await MissingAsync(work.Prometheus, place, expression, labels));
        }

        var groups = (await work.Prometheus.RulesAsync()).EnumerateArray();
        var alerts = groups.SelectMany(group => group.GetProperty("rules").EnumerateArray()).ToList();
        Assert.Equal(22, alerts.Count);
        var runbook = await File.ReadAllTextAsync(Path.Combine(ServerProcess.Root, "docs", "operations.md"));
        foreach (var alert in alerts)
        {
            var name = alert.GetProperty("name").GetString()!;
            wrong.AddRange(await MissingAsync(work.Prometheus, name, Runnable(alert.GetProperty("query").GetString()!), []));
            if (alert.GetProperty("health").GetString() != "ok") wrong.Add($"{name}: {alert}");
            var page = alert.GetProperty("annotations").GetProperty("runbook_url").GetString();
            if (page != "docs/operations.md#alert-" + name.ToLowerInvariant()) wrong.Add($"{name}: {page} is not its page");
            if (!runbook.Contains($"### Alert {name}\n", StringComparison.Ordinal)) wrong.Add($"{name} has no page in docs/operations.md");
        }

        // What the runbook tells an operator to look at.
        var titles = DashboardPanel.Load("1m").Select(panel => panel.Title).ToHashSet();
        var named = PanelName().Matches(runbook[runbook.IndexOf("## Alerts", StringComparison.Ordinal)..]).Select(m => m.Groups[1].Value);
        wrong.AddRange(named.Where(name => !titles.Contains(name)).Select(name => $"docs/operations.md: \"{name}\" is no panel"));
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>Every query of the dashboard as a chart, and as a picture of the documentation where that is asked for.</summary>
    [Fact]
    public async Task Every_panel_shows_something_to_a_person()
    {
        var panels = DashboardPanel.Load(DashboardPictures.AreWanted ? "15s" : "10m");
        var until = TimeProvider.System.GetUtcNow().AddSeconds(30);
        foreach (var query in panels.SelectMany(panel => panel.Queries))
            Assert.True(await work.Prometheus.FindsAsync(query.Expression, until), query.Expression);
        var now = TimeProvider.System.GetUtcNow();
        var shown = DashboardPictures.AreWanted ? DashboardPictures.Shown : TimeSpan.FromSeconds(10);
        var drawing = await DashboardDrawing.OfAsync(work.Prometheus, panels, now - shown, now);
        Assert.Equal([], drawing.Empty);
        var page = drawing.Html(isDark: false);
        Assert.All(panels, panel => Assert.Contains($">{WebUtility.HtmlEncode(panel.Title)}</h", page, StringComparison.Ordinal));
        // A line without a name says nothing.
        Assert.DoesNotContain("\"></li>", page, StringComparison.Ordinal);
        if (DashboardPictures.AreWanted) await DashboardPictures.ShootAsync(drawing);
    }

    /// <summary>Every expression of the dashboard, with the labels that its legend shows.</summary>
    private static IEnumerable<(string Place, string Expression, IEnumerable<string> Labels)> Panels() =>
        from panel in DashboardPanel.Load("10m")
        from query in panel.Queries
        let labels = LegendLabel().Matches(query.Legend).Select(m => m.Groups[1].Value)
        select (panel.Title, Runnable(query.Expression), labels);

    /// <summary>No request of this run fails, so that refused ones stand for those.</summary>
    private static string Runnable(string expression) => expression.Replace("\"5..\"", "\"[45]..\"", StringComparison.Ordinal);

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

    [GeneratedRegex(@"\b[a-z_]+\{[^}]*\}")]
    private static partial Regex Selector();

    [GeneratedRegex("\"([A-Z][^\"]+)\"")]
    private static partial Regex PanelName();

    [GeneratedRegex(@"\bby \(([^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex LegendLabel();
}
