using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Measuring;
using AuthServer.LoadTests.Reporting;
using AuthServer.LoadTests.Workloads;

namespace AuthServer.LoadTests.Commands;

/// <summary>limits: what this machine can do at most.</summary>
internal static class LimitsCommand
{
    public static async Task<int> RunAsync(CommandLine line)
    {
        var (seconds, connections) = (line.Decimal("seconds", 3), line.Number("connections", 32));
        using var stage = new Stage(published: null);
        foreach (var (name, value) in await RawLimits.MeasureAsync(await stage.PostgresAsync(), connections, seconds))
        {
            Console.WriteLine($"{name,-50} {Numbers.Short(value),10}");
        }

        using var hello = new HelloServer();
        await hello.StartAsync(stage);
        var plan = new Plan(stage, connections, 0, 0);
        foreach (var workload in new Workload[] { new Documents("hello GET", jwks: false), new MachineTokens() })
        {
            foreach (var size in new[] { 20, 1000, 3000 })
            {
                using var load = workload.PrepareHello(hello, plan, size);
                await WarmUp.RunAsync(load, line.Decimal("warmup", 10));
                var sample = await Round.FullAsync(load, seconds);
                var what = $"Kestrel {(workload.Hello == HelloShape.Get ? "GET" : "form POST")}, {size} bytes, per CPU second";
                Console.WriteLine(
                    $"{what,-50} {Numbers.Short(1_000_000 / sample.CpuPerThousand),10}   " +
                    $"({Numbers.Short(sample.PerSecond)}/s, {sample.Errors} errors)");
            }
        }
        return 0;
    }
}
