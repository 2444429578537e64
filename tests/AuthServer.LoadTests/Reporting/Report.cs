using System.Text.Encodings.Web;
using System.Text.Json;
using AuthServer.LoadTests.Machine;
using AuthServer.LoadTests.Measuring;

namespace AuthServer.LoadTests.Reporting;

/// <summary>All that a comparison found, as it is written to the JSON file.</summary>
internal sealed record Report(
    string Date, string Command, double Seconds, IReadOnlyDictionary<string, string> Hardware, IReadOnlyDictionary<string,
    string> Contenders, IReadOnlyList<Figures> Figures,
    IReadOnlyDictionary<string, double> Limits, IReadOnlyList<Scenario> Scenarios, IReadOnlyList<string> Missing,
    IReadOnlyList<string> Notes)
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public void Write()
    {
        var json = JsonSerializer.Serialize(Rounded(), Format) + "\n";
        var artifacts = Path.Combine(Programs.Root, "artifacts", "load");
        Directory.CreateDirectory(artifacts);
        File.WriteAllText(Path.Combine(artifacts, "performance.json"), json);
        File.WriteAllText(Path.Combine(Programs.Root, "docs", "performance.json"), json);
        File.WriteAllText(Path.Combine(Programs.Root, "docs", "images", "performance.svg"), SvgChart.Draw(this));
    }

    private Report Rounded() => this with
    {
        Figures = [.. Figures.Select(f => f with
        {
            Capacity = Math.Round(f.Capacity, 1), CpuPerThousand = Math.Round(f.CpuPerThousand, 2), CpuPerThousandBest = Math.Round(
                f.CpuPerThousandBest, 2),
            PerSecond = Math.Round(f.PerSecond, 1), P50 = Math.Round(f.P50, 2), P95 = Math.Round(f.P95, 2), P99 = Math.Round(f.P99, 2),
            ResidentMegabytes = Math.Round(f.ResidentMegabytes, 1), GeneratorBusy = Math.Round(f.GeneratorBusy, 3), ServerBusy = Math.Round(
                f.ServerBusy, 3),
            BytesPerOperation = Math.Round(f.BytesPerOperation), WarmUpSeconds = Math.Round(f.WarmUpSeconds, 1),
        })],
    };
}

/// <summary>Something measured that is not one row of the table.</summary>
internal sealed record Scenario(string Name, string Contender, IReadOnlyDictionary<string, double> Values, string? Remark = null);
