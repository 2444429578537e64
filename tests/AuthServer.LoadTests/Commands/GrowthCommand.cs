using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Measuring;

namespace AuthServer.LoadTests.Commands;

/// <summary>growth: what a request costs with millions of rows beside the same with few.</summary>
internal static class GrowthCommand
{
    public static async Task<int> RunAsync(CommandLine line)
    {
        using var stage = new Stage(line.Text("publish"));
        var size = new GrownSize(line.Number("users", 1_000_000), line.Number("sessions", 5_000_000));
        var effort = new Effort(line.Number("rounds", 5), line.Decimal("seconds", 2), line.Decimal("warmup", 10));
        Console.WriteLine(await Growth.MeasureAsync(stage, size, effort, line.Number("connections", 4), line.Text("only") ?? ""));
        return 0;
    }
}
