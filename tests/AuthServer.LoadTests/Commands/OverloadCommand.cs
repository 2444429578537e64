using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Machine;
using AuthServer.LoadTests.Measuring;
using AuthServer.LoadTests.Overload;
using AuthServer.LoadTests.Reporting;

namespace AuthServer.LoadTests.Commands;

/// <summary>overload: more is asked than the server can do.</summary>
internal static class OverloadCommand
{
    // So many that an operation is sent when it is due, and not when the one before is answered.
    private const int Lanes = 2048;

    // As many as fill the server, and fewer than it turns away.
    private const int Connections = 64;

    public static async Task<int> RunAsync(CommandLine line)
    {
        // On a machine that does other things as well, the first figure is too low.
        var known = line.Decimal("capacity", 0);
        var minutes = line.Decimal("minutes", 5);
        // Beside the generator PostgreSQL would lack the time that the generator takes, and the server would wait for it.
        using var stage = new Stage(line.Text("publish")) { DatabaseCore = line.Text("database-core") ?? Cores.Server };
        using var server = new OurServer(line.Text("contender") != "ours-sqlite");
        await server.StartAsync(stage);
        foreach (var problem in await Correctness.CheckAsync(server)) throw new CannotRunException("its answers are wrong: " + problem);
        var hour = await BusyHour.OpenAsync(server, Lanes, Math.Max(Lanes, line.Number("chains", 4096)));
        double capacity;
        using (var full = hour.Load(Connections))
        {
            await WarmUp.RunAsync(full, line.Decimal("warmup", 30));
            capacity = known > 0 ? known : (await Round.FullAsync(full, line.Decimal("seconds", 10))).PerSecond;
        }

        Console.WriteLine(
            $"{server.Name}: {Numbers.Short(capacity)} operations per second, as fast as {Connections} connections get answers");
        var table = new TextTable(
            "offered", "per s", "answered", "turned away", "wrong", "p50 ms", "p95 ms", "p99 ms", "most ms", "flow p50 ms", "flow p99 ms",
            "busy", "late");
        var wrong = 0;
        using (var offered = hour.Load(Lanes))
        {
            foreach (var (part, time) in new[] { (0.8, 1.0), (line.Decimal("times", 1.5), minutes), (0.8, 0.5) })
            {
                var outcome = await OfferedLoad.RunAsync(offered, time * 60, capacity * part);
                wrong += outcome.Wrong;
                table.Add(
                    $"{part:P0}", Numbers.Short(capacity * part), $"{outcome.Single.Length + outcome.Flows.Length}",
                    $"{outcome.TurnedAway}", $"{outcome.Wrong}", Milliseconds(outcome.Single, 0.5), Milliseconds(outcome.Single, 0.95),
                    Milliseconds(outcome.Single, 0.99), Milliseconds(outcome.Single, 1), Milliseconds(outcome.Flows, 0.5),
                    Milliseconds(outcome.Flows, 0.99), $"{outcome.Cpu.TotalSeconds / outcome.Seconds:P0}", $"{outcome.Late}");
                if (outcome.FirstWrong is { } first) Console.WriteLine($"first wrong answer at {part:P0}: {first}");
            }
        }

        Console.WriteLine(table);
        var (chains, lost) = await hour.CountLostAsync();
        Console.WriteLine($"{chains} sessions, {lost} lost; {Numbers.Short(server.ResidentMegabytes())} MB");
        return wrong == 0 && lost == 0 ? 0 : 1;
    }

    private static string Milliseconds(int[] sorted, double quantile) =>
        Numbers.Short(OfferedLoad.Outcome.Milliseconds(sorted, quantile));
}
