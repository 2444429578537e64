using System.Text.Json;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Telemetry;

/// <summary>One query of a panel, with the variables of Grafana filled in by those of <see cref="DashboardPanel.Load"/>.</summary>
internal sealed record PanelQuery(string Expression, string Legend);

/// <summary>A panel of docker/monitoring/grafana-dashboard.json; a row has no queries.</summary>
internal sealed record DashboardPanel(
    string Kind, string Title, string Description, string Unit, (int X, int Y, int Width, int Height) Place,
    IReadOnlyList<PanelQuery> Queries)
{
    public bool IsRow => Kind == "row";

    /// <param name="interval">What Grafana would put in the place of $__rate_interval.</param>
    public static IReadOnlyList<DashboardPanel> Load(string interval)
    {
        var file = Path.Combine(ServerProcess.Root, "docker", "monitoring", "grafana-dashboard.json");
        return [.. JsonElement.Parse(File.ReadAllText(file)).GetProperty("panels").EnumerateArray().Select(panel => Read(panel, interval))];
    }

    private static DashboardPanel Read(JsonElement panel, string interval)
    {
        var place = panel.GetProperty("gridPos");
        var isRow = Text(panel, "type") == "row";
        return new(
            Text(panel, "type"), Text(panel, "title"), isRow ? "" : Text(panel, "description"),
            isRow ? "" : Text(panel.GetProperty("fieldConfig").GetProperty("defaults"), "unit"),
            (Number("x"), Number("y"), Number("w"), Number("h")),
            isRow ? [] :
            [
                .. panel.GetProperty("targets").EnumerateArray()
                    .Select(target => new PanelQuery(Filled(Text(target, "expr")), Text(target, "legendFormat"))),
            ]);

        int Number(string name) => place.GetProperty(name).GetInt32();

        string Filled(string expression) => expression.Replace("$__rate_interval", interval, StringComparison.Ordinal)
            .Replace("$job", ".*", StringComparison.Ordinal).Replace("$instance", ".*", StringComparison.Ordinal);
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
