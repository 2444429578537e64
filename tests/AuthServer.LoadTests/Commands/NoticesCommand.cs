using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Measuring;

namespace AuthServer.LoadTests.Commands;

/// <summary>notices: how soon a server goes by what another process has changed.</summary>
internal static class NoticesCommand
{
    public static async Task<int> RunAsync(CommandLine line)
    {
        using var stage = new Stage(line.Text("publish"));
        foreach (var byRedis in new[] { false, true })
        {
            Console.WriteLine(await NoticeTimes.MeasureAsync(stage, byRedis, line.Number("rounds", 15)));
        }
        return 0;
    }
}
