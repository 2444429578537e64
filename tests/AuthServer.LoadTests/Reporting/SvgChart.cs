using System.Globalization;
using System.Net;
using System.Text;
using AuthServer.LoadTests.Measuring;

namespace AuthServer.LoadTests.Reporting;

/// <summary>Bars of capacity, a panel for a workload, each with its own scale.</summary>
internal static class SvgChart
{
    private const int Width = 900, Left = 210, Bar = 20, Gap = 6, PanelHead = 34, PanelGap = 18;

    // In order: ours dark, others grey, the limit outlined. The text colours are readable on both light and dark pages.
    private static readonly Dictionary<string, string> Colours = new()
    {
        ["ours-sqlite"] = "#1d6fb8", ["ours-postgres"] = "#0b4f8a", ["stock"] = "#b4622d", ["oidc-provider"] = "#5f8f3e",
            ["oidc-provider-redis"] = "#3f6f2a", ["hello"] = "#8a8f98",
    };

    public static string Draw(Report report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var body = new StringBuilder();
        var y = 64;
        foreach (var workload in report.Figures.GroupBy(f => f.Workload)) y = DrawPanel(body, workload.Key, [.. workload], y);
        var svg = new StringBuilder();
        svg.AppendLine(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {y}\" width=\"{Width}\" " +
            $"height=\"{y}\" font-family=\"system-ui, sans-serif\" role=\"img\">");
        svg.AppendLine("<title>Requests per second of server CPU, one core</title>");
        svg.AppendLine(CultureInfo.InvariantCulture, $"<rect width=\"{Width}\" height=\"{y}\" fill=\"#ffffff\"/>");
        svg.AppendLine(Text(16, 28, "Requests per second of server CPU, one core", 18, "#1b1f24", bold: true));
        svg.AppendLine(Text(
            16, 48,
            $"{report.Date}, {report.Hardware["processor"]}, {report.Hardware["cores"]} cores. " +
            "Longer is better; each workload has its own scale.",
            12, "#57606a"));
        svg.Append(body);
        svg.AppendLine("</svg>");
        return svg.ToString();
    }

    private static int DrawPanel(StringBuilder svg, string name, Figures[] bars, int y)
    {
        svg.AppendLine(Text(16, y + 20, name, 14, "#1b1f24", bold: true));
        y += PanelHead;
        var most = bars.Max(b => b.Capacity);
        foreach (var bar in bars)
        {
            var width = most <= 0 ? 0 : Math.Max(1, (Width - Left - 110) * bar.Capacity / most);
            svg.AppendLine(Text(Left - 10, y + 15, bar.Contender, 12, "#1b1f24", end: true));
            svg.AppendLine(
                CultureInfo.InvariantCulture,
                $"<rect x=\"{Left}\" y=\"{y}\" width=\"{width:0.#}\" height=\"{Bar}\" rx=\"2\" " +
                $"fill=\"{Colours.GetValueOrDefault(bar.Contender, "#6e7781")}\"/>");
            svg.AppendLine(
                Text(
                    (int)(Left + width + 8), y + 15, Numbers.Short(bar.Capacity) + (
                        bar.Errors > 0 ? $" ({bar.Errors} errors)" : ""), 12, "#1b1f24"));
            y += Bar + Gap;
        }
        return y + PanelGap;
    }

    private static string Text(int x, int y, string text, int size, string colour, bool bold = false, bool end = false) => string.Create(
        CultureInfo.InvariantCulture,
        $"<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"{colour}\"{(bold ? " font-weight=\"600\"" : "")}" +
        $"{(end ? " text-anchor=\"end\"" : "")}>{WebUtility.HtmlEncode(text)}</text>");
}
