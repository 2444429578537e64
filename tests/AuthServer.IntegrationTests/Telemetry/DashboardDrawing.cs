using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Telemetry;

/// <summary>
/// Draws the dashboard as a page, from the answers of a Prometheus to the queries of its panels: for the documentation, because no Grafana
/// is at hand where the tests run.
/// </summary>
internal sealed partial class DashboardDrawing
{
    public const string NoData = "No data in this run";

    private const int Points = 120, RowHeight = 24, Gap = 8, ColumnWidth = 50, ChartHeight = 108, Axis = 52;

    private readonly StringBuilder _panels = new();

    /// <summary>The titles of the panels that have nothing to show.</summary>
    public List<string> Empty { get; } = [];

    /// <summary>In pixels.</summary>
    public int Height { get; private set; }

    public static int Width => 24 * ColumnWidth + 40;

    /// <param name="from">Where the time axis begins.</param>
    public static async Task<DashboardDrawing> OfAsync(
        Prometheus prometheus, IReadOnlyList<DashboardPanel> panels, DateTimeOffset from, DateTimeOffset until)
    {
        var drawing = new DashboardDrawing();
        foreach (var panel in panels)
        {
            var lines = new List<Line>();
            foreach (var query in panel.Queries)
            {
                var series = await prometheus.RangeAsync(query.Expression, from, until, (until - from) / Points);
                lines.AddRange(series.EnumerateArray().Select(one => Line.Of(one, query.Legend)).Where(line => line.Values.Count > 0));
            }

            drawing.Add(panel, lines, from, until);
        }

        drawing.Height = panels.Max(p => p.Place.Y + p.Place.Height) * (RowHeight + Gap) + 40;
        return drawing;
    }

    public string Html(bool isDark) =>
        $$"""
        <!DOCTYPE html>
        <html lang="en" class="{{(isDark ? "dark" : "light")}}"><head><meta charset="utf-8"><title>Dashboard</title><style>
        html { --page: #f4f5f7; --panel: #fff; --edge: #dcdfe4; --ink: #1f2329; --soft: #5d6672; }
        html.dark { --page: #111317; --panel: #1a1d23; --edge: #2c3038; --ink: #e3e6eb; --soft: #9aa3b0; }
        body { margin: 0; padding: 16px 20px; background: var(--page); color: var(--ink); font: 12px/1.35 system-ui, sans-serif; }
        .grid { display: grid; grid-template-columns: repeat(24, minmax(0, 1fr)); grid-auto-rows: {{RowHeight}}px; gap: {{Gap}}px; }
        section { background: var(--panel); border: 1px solid var(--edge); border-radius: 4px; padding: 8px 10px; overflow: hidden; }
        h2 { margin: 0; font-size: 14px; align-self: center; } h3 { margin: 0; font-size: 13px; }
        p { margin: 0; color: var(--soft); } .big { font-size: 26px; font-weight: 600; color: var(--ink); }
        .none { padding-top: 32px; text-align: center; }
        svg { display: block; width: 100%; height: {{ChartHeight + 16}}px; } text { fill: var(--soft); font-size: 10px; }
        .line { stroke: var(--edge); } path { fill: none; stroke-width: 1.5; }
        ul { margin: 2px 0 0; padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: 1px 12px; color: var(--soft); }
        li::before { content: ""; display: inline-block; width: 10px; height: 3px; margin-right: 5px; vertical-align: middle; }
        li::before { background: var(--mark); }
        </style></head><body><div class="grid">
        {{_panels}}</div></body></html>
        """;

    private void Add(DashboardPanel panel, List<Line> lines, DateTimeOffset from, DateTimeOffset until)
    {
        var (x, y, width, height) = panel.Place;
        var place = $"style=\"grid-area: {y + 1} / {x + 1} / span {height} / span {width}\"";
        if (panel.IsRow)
        {
            Write($"<h2 {place}>{Encoded(panel.Title)}</h2>");
            return;
        }

        Write($"<section {place}><h3>{Encoded(panel.Title)}</h3>");
        if (panel.Kind != "stat") Write($"<p>{Encoded(panel.Description)}</p>");
        if (lines.Count == 0)
        {
            Empty.Add(panel.Title);
            Write($"<p class=\"none\">{NoData}</p>");
        }
        else if (panel.Kind == "stat")
        {
            Write($"<p class=\"big\">{Quantity.Text(lines[0].Values[^1].Value, panel.Unit)}</p><p>{Encoded(panel.Description)}</p>");
        }
        else Chart(panel, lines, from, until);

        Write("</section>\n");
    }

    private void Chart(DashboardPanel panel, List<Line> lines, DateTimeOffset from, DateTimeOffset until)
    {
        var width = panel.Place.Width * ColumnWidth - 30;
        var step = Quantity.Step(lines.Max(line => line.Values.Max(point => point.Value)), panel.Unit);
        var top = step * Math.Max(1, Math.Ceiling(lines.Max(line => line.Values.Max(point => point.Value)) / step));
        Write($"<svg viewBox=\"0 0 {width} {ChartHeight + 16}\" role=\"img\" aria-label=\"{Encoded(panel.Title)}\">");
        for (var at = 0.0; at <= top * 1.001; at += step)
        {
            Write($"<line class=\"line\" x1=\"{Axis}\" x2=\"{width}\" y1=\"{Y(at)}\" y2=\"{Y(at)}\"/>");
            Write($"<text x=\"{Axis - 6}\" y=\"{Y(at)}\" dy=\"3\" text-anchor=\"end\">{Quantity.Text(at, panel.Unit)}</text>");
        }

        Write($"<text x=\"{Axis}\" y=\"{ChartHeight + 14}\">{(until - from).TotalSeconds:0} s ago</text>");
        Write($"<text x=\"{width}\" y=\"{ChartHeight + 14}\" text-anchor=\"end\">now</text>");
        for (var i = 0; i < lines.Count; i++)
        {
            var points = lines[i].Values.Select(p => $"{X(p.Time)},{Y(p.Value)}").ToList();
            // A single value is shown too.
            if (points.Count == 1) points.Add(points[0]);
            Write($"<path stroke=\"{Colour(i)}\" stroke-linecap=\"round\" d=\"M{string.Join('L', points)}\"/>");
        }

        Write("</svg><ul>");
        for (var i = 0; i < lines.Count; i++) Write($"<li style=\"--mark: {Colour(i)}\">{Encoded(lines[i].Name)}</li>");
        Write("</ul>");

        string X(double time) =>
            Number(Axis + (width - Axis) * (time - from.ToUnixTimeMilliseconds() / 1000.0) / (until - from).TotalSeconds);

        string Y(double value) => Number(ChartHeight - (ChartHeight - 6) * value / top);
    }

    private void Write(string html) => _panels.Append(html);

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    // Tells eight or ten lines apart on light and on dark.
    private static string Colour(int index) => $"hsl({(index * 137 + 210) % 360} 65% {(index % 2 == 0 ? 52 : 44)}%)";

    /// <summary>A series: its name in the legend, and its values that are numbers.</summary>
    private sealed partial record Line(string Name, IReadOnlyList<(double Time, double Value)> Values)
    {
        public static Line Of(JsonElement series, string legend)
        {
            var labels = series.GetProperty("metric");
            var name = Label().Replace(
                legend, match => labels.TryGetProperty(match.Groups[1].Value, out var value) ? value.GetString()! : "").Trim();
            var values = series.GetProperty("values").EnumerateArray()
                .Select(pair => (pair[0].GetDouble(), double.Parse(pair[1].GetString()!, CultureInfo.InvariantCulture)));
            return new(name, [.. values.Where(value => double.IsFinite(value.Item2))]);
        }

        [GeneratedRegex(@"\{\{(\w+)\}\}")]
        private static partial Regex Label();
    }
}
