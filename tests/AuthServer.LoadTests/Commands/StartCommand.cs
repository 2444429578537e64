using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Measuring;
using AuthServer.LoadTests.Reporting;

namespace AuthServer.LoadTests.Commands;

/// <summary>start: how fast our server starts, and how much memory it takes.</summary>
internal static class StartCommand
{
    public static async Task<int> RunAsync(CommandLine line)
    {
        using var stage = new Stage(line.Text("publish"));
        var names = line.List("contender") ?? ["ours-sqlite", "ours-postgres"];
        foreach (var name in names)
        {
            foreach (
                var scenario in await StartAndMemory.MeasureAsync(
                    stage, name == "ours-postgres", line.Number("runs", 5), line.Number("sessions", 1_000_000), line.Decimal(
                        "seconds", 10)))
            {
                Console.WriteLine(ScenarioText.Of(scenario));
            }
        }
        return 0;
    }
}
