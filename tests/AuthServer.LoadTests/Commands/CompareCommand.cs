using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Machine;
using AuthServer.LoadTests.Measuring;
using AuthServer.LoadTests.Reporting;
using AuthServer.LoadTests.Workloads;

namespace AuthServer.LoadTests.Commands;

/// <summary>compare: all contenders, all workloads, one table.</summary>
internal static partial class CompareCommand
{
    private static readonly string[] Others = [LoginBesideRefresh.Name, StartAndMemory.Name];

    public static async Task<int> RunAsync(CommandLine line)
    {
        if (line.Has("list"))
        {
            Console.WriteLine("Contenders: " + string.Join(", ", Lineup.Names));
            foreach (var known in Catalogue.All) Console.WriteLine($"  {known.Name,-20} {known.What}");
            Console.WriteLine(
                $"  {LoginBesideRefresh.Name,-20} {LoginBesideRefresh.What}\n  {StartAndMemory.Name,-20} {StartAndMemory.What}");
            return 0;
        }

        var watch = Stopwatch.StartNew();
        var quick = line.Has("quick");
        var effort = new Effort(
            line.Number("rounds", quick ? 2 : 3), line.Decimal("seconds", quick ? 3 : 5), line.Decimal("warmup", quick ? 8 : 90));
        var names = line.List("workload") ?? (quick ? Catalogue.Quick : [.. Catalogue.All.Select(w => w.Name), .. Others]);
        var unknown = names.Where(n => Catalogue.Find(n) is null && !Others.Contains(n)).ToArray();
        if (unknown.Length > 0) throw new CannotRunException($"there is no workload {string.Join(", ", unknown)}; see compare --list");

        var hardware = await Hardware.DescribeAsync();
        using var stage = new Stage(
            line.Text("publish")) { PublishedApi = line.Text("publish-api"), PublishedBefore = line.Text("before") };
        using var lineup = await Lineup.StartAsync(stage, line.List("contender"));
        if (lineup.Standing.Count == 0) throw new CannotRunException("no contender can run");
        var plan = new Plan(stage, line.Number("connections", 32), line.Number("chains", quick ? 1000 : 10_000), quick ? 20 : 180);
        var comparison = new Comparison(lineup, plan, effort);
        var scenarios = new List<Scenario>();
        var limits = new Dictionary<string, double>();
        if (names.Contains("login")) limits = await RawLimits.MeasureAsync(await stage.PostgresAsync(), plan.Connections, quick ? 2 : 5);

        foreach (var name in names)
        {
            Console.WriteLine($"[{watch.Elapsed:mm\\:ss}] {name}");
            if (Catalogue.Find(name) is { } workload) await comparison.MeasureAsync(workload);
            else if (name == LoginBesideRefresh.Name) scenarios.AddRange(await LoginBesideRefresh.MeasureAsync(lineup, plan, effort));
            else foreach (var ours in lineup.Standing.OfType<OurServer>().Where(o => ComparisonTable.IsOurs(o.Name)))
            {
                scenarios.AddRange(
                    await StartAndMemory.MeasureAsync(stage, ours.IsPostgres, runs: 5, sessions: 1_000_000, loadSeconds: 10));
            }
            Console.Write(ComparisonTable.Details(comparison.Figures.Where(f => f.Workload == name)));
            foreach (var f in comparison.Figures.Where(f => f.Workload == name && f.FirstError is not null))
            {
                Console.WriteLine($"  first error of {f.Contender}: {f.FirstError}");
            }
            Save();
        }

        Print(comparison, lineup, limits.Concat(comparison.Limits).ToDictionary(), scenarios);
        Console.WriteLine($"Took {watch.Elapsed.TotalSeconds:0} s: {Command(line)}");
        return comparison.Figures.Any(f => f.Errors > 0 && ComparisonTable.IsOurs(f.Contender)) ? 1 : 0;

        void Save()
        {
            if (line.Has("no-files")) return;
            new Report(
                TimeProvider.System.GetUtcNow()
                    .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Command(line), Math.Round(watch.Elapsed.TotalSeconds), hardware,
                lineup.Standing.ToDictionary(
                    c =>
                        c.Name, c =>
                            string.Join(". ", [c.What, .. c.Remarks])), comparison.Figures, limits.Concat(
                                comparison.Limits).ToDictionary(), scenarios,
                [.. lineup.Missing.Select(m => $"{m.Name}: {m.Reason}")], comparison.Notes).Write();
        }
    }

    private static void Print(Comparison comparison, Lineup lineup, Dictionary<string, double> limits, List<Scenario> scenarios)
    {
        Console.WriteLine();
        Console.WriteLine(ComparisonTable.Details(comparison.Figures));
        Console.WriteLine(ComparisonTable.Capacities(comparison.Figures));
        Console.WriteLine(ComparisonTable.Ratios(comparison.Figures));
        foreach (var (name, value) in limits) Console.WriteLine($"limit: {name,-40} {Numbers.Short(value),10}/s");
        foreach (var scenario in scenarios) Console.WriteLine(ScenarioText.Of(scenario));
        foreach (var (name, reason) in lineup.Missing) Console.WriteLine($"cannot run: {name}: {reason}");
        foreach (var note in comparison.Notes) Console.WriteLine($"note: {note}");
        foreach (var contender in lineup.Standing)
        {
            foreach (var remark in contender.Remarks) Console.WriteLine($"note: {contender.Name}: {remark}");
        }
    }

    // Folders of this machine say nothing to a reader.
    private static string Command(CommandLine line) =>
        "dotnet run -c Release --project tests/AuthServer.LoadTests -- " + Folders().Replace(line.Original, "");

    [GeneratedRegex(@" --(publish(-api)?|before) \S+")]
    private static partial Regex Folders();
}
