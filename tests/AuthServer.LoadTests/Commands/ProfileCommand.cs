using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Machine;
using AuthServer.LoadTests.Measuring;
using AuthServer.LoadTests.Profiling;
using AuthServer.LoadTests.Reporting;
using AuthServer.LoadTests.Workloads;

namespace AuthServer.LoadTests.Commands;

/// <summary>profile: where the time and the allocations of a request go.</summary>
internal static class ProfileCommand
{
    public static async Task<int> RunAsync(CommandLine line)
    {
        var name = line.Words.FirstOrDefault() ?? throw new CannotRunException("name a workload: profile WORKLOAD; see compare --list");
        var workload = Catalogue.Find(name) ?? throw new CannotRunException($"there is no workload {name}; see compare --list");
        var (seconds, warmUp) = (line.Decimal("seconds", 10), line.Decimal("warmup", 30));

        using var stage = new Stage(line.Text("publish"), countStatements: true) { PublishedApi = line.Text("publish-api") };
        using var lineup = await Lineup.StartAsync(stage, [line.Text("contender") ?? "ours-postgres"]);
        var server = lineup.Standing.FirstOrDefault() ?? throw new CannotRunException(lineup.Missing[0].Reason);
        if (workload.NotAt(server) is { } reason) throw new CannotRunException(reason);
        using var load = await workload.PrepareAsync(server, new(stage, line.Number("connections", 32), line.Number("chains", 1000), 60));
        var (took, settled, _) = await WarmUp.RunAsync(load, warmUp);
        Console.WriteLine($"warmed up for {took:0} s{(settled ? "" : ", not settled yet")}");

        var statements = server is OurServer { IsPostgres: true } ours
            ? new StatementCount(await stage.PostgresAsync(), ours.Database)
            : null;
        if (statements is not null) await statements.BeginAsync();
        var plain = await Round.FullAsync(load, seconds);
        Console.WriteLine(
            $"{workload.Name} at {server.Name}: {Numbers.Short(plain.CpuPerThousand)} ms of CPU for 1,000, " +
            $"{Numbers.Short(plain.PerSecond)}/s, {plain.Errors} errors, " +
            $"{Numbers.Short((double)plain.Bytes / plain.Operations)} bytes on the wire per operation");
        if (plain.FirstError is { } error) Console.WriteLine($"first error: {error}");
        if (statements is not null) Console.WriteLine(await statements.EndAsync(plain.Operations));
        if (server is OidcProviderServer) throw new CannotRunException("only .NET servers have the events that a profile needs");

        var path = Path.Combine(Path.GetTempPath(), $"loadtests-{Environment.ProcessId}.nettrace");
        try
        {
            var traced = await EventTrace.RecordAsync(load.Server.ProcessIds[0], path, () => Round.FullAsync(load, seconds));
            Console.WriteLine(
                $"traced {traced.Operations} operations " +
                $"(the tracing itself costs: {Numbers.Short(traced.CpuPerThousand)} ms of CPU for 1,000)");
            Console.WriteLine(Profile.Read(path, traced.Operations).Text(line.Number("top", 40)));
        }
        finally
        {
            File.Delete(path);
            File.Delete(path + ".etlx");
        }
        return 0;
    }
}
