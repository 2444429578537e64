using System.Diagnostics;
using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Machine;
using AuthServer.LoadTests.Reporting;
using AuthServer.LoadTests.Workloads;
using Npgsql;

namespace AuthServer.LoadTests.Measuring;

/// <summary>Two servers of one build on one PostgreSQL, one database small and one large, in alternating rounds.</summary>
internal static class Growth
{
    private const int SmallUsers = 1_000, Expired = 5_000;

    /// <param name="only">How the names of the workloads begin; empty: all.</param>
    public static async Task<string> MeasureAsync(
        Stage stage, GrownSize size, Effort effort, int connections, string only)
    {
        using OurServer small = new(postgres: true), large = new(postgres: true);
        var cluster = await stage.PostgresAsync();
        await small.StartAsync(stage);
        await large.StartAsync(stage);
        var watch = Stopwatch.StartNew();
        await GrownRows.FillAsync(cluster, small.Database, new(SmallUsers, SmallUsers * 5));
        await GrownRows.FillAsync(cluster, large.Database, size);
        Console.WriteLine($"{size.Users:N0} users and {size.Sessions:N0} sessions made in {watch.Elapsed.TotalSeconds:0} s");
        Console.WriteLine(await GrownRows.SizesAsync(cluster, large.Database));

        var plan = new Plan(stage, connections, 600, 60);
        var table = new TextTable(
            "workload", "p50", "p95", "CPU", "PostgreSQL", "p50 ms", "p95 ms", "CPU ms/1000", "spread of p95", "errors");
        foreach (var (few, many) in Pairs(size))
        {
            if (!many.Name.StartsWith(only, StringComparison.Ordinal)) continue;
            table.Add(await CompareAsync(cluster, (small, few), (large, many), plan, effort));
        }
        var purge = await PurgesAsync(cluster, small.Database, large.Database, effort.Rounds);
        return $"Large / small, medians of {effort.Rounds} alternating rounds; the figures after the ratios are those of the large one.\n"
            + $"{table}\n{purge}";
    }

    private static IEnumerable<(Workload Small, Workload Large)> Pairs(GrownSize size)
    {
        yield return Same(new Refreshes("refresh", Cast.App));
        yield return Same(new Introspections());
        yield return Same(new UserInfos());
        yield return Same(new UserLists("list, first page", static _ => "limit=50"));
        yield return Each("list, far page", (users, lane) => "limit=50&cursor=" + UserLists.After(Far(lane, users - 100)));
        // Places that nobody has read before: PostgreSQL has most of them to read from the file, or from the system's cache.
        yield return Each("list, far page, once", (users, lane) => "limit=50&cursor=" + UserLists.After(Any(lane, users - 100)));
        yield return Each("list, by e-mail", (users, lane) => "limit=50&email=" + GrownRows.Email(Any(lane, users)));
        yield return Same(new Logins());

        (Workload, Workload) Each(string name, Func<int, Lane, string> query) => (
            new UserLists(name, lane => query(SmallUsers, lane)), new UserLists(name, lane => query(size.Users, lane)));
        static (Workload, Workload) Same(Workload workload) => (workload, workload);
    }

    // Far from one after the other, and the same in each run.
    private static int Any(Lane lane, int users) => 1 + (int)(((lane.Index * 7_919L) + (lane.Turn * 104_729L)) % (users - 1));

    // A few hundred places over the whole table, again and again.
    private static int Far(Lane lane, int users) => 1 + (int)((((lane.Index * 97L) + lane.Turn) % 256) * (users - 1) / 256);

    private static async Task<string[]> CompareAsync(
        PostgresCluster cluster, (OurServer Server, Workload Workload) few, (OurServer Server, Workload Workload) many, Plan plan,
        Effort effort)
    {
        using var small = await few.Workload.PrepareAsync(few.Server, plan);
        using var large = await many.Workload.PrepareAsync(many.Server, plan);
        await WarmUp.RunAsync(small, effort.WarmUpSeconds);
        await WarmUp.RunAsync(large, effort.WarmUpSeconds);
        var rounds = new List<(Measured Small, Measured Large)>();
        for (var round = 0; round < effort.Rounds; round++)
        {
            // Each is first in every other round.
            var first = await MeasureAsync(cluster, round % 2 == 0 ? small : large, effort.Seconds);
            var second = await MeasureAsync(cluster, round % 2 == 0 ? large : small, effort.Seconds);
            rounds.Add(round % 2 == 0 ? (first, second) : (second, first));
        }

        var error = rounds.Select(r => r.Small.Sample.FirstError ?? r.Large.Sample.FirstError).FirstOrDefault(e => e is not null);
        if (error is not null) Console.WriteLine($"{many.Workload.Name}: {error}");
        var p95 = rounds.Select(r => r.Large.Sample.Milliseconds(0.95) / r.Small.Sample.Milliseconds(0.95)).Order().ToList();
        return
        [
            many.Workload.Name, Ratio(s => s.Sample.Milliseconds(0.50)), Ratio(s => s.Sample.Milliseconds(0.95)),
            Ratio(s => s.Sample.CpuPerThousand), Ratio(s => s.DatabaseCpuPerThousand), Of(s => s.Sample.Milliseconds(0.50)),
            Of(s => s.Sample.Milliseconds(0.95)), Of(s => s.Sample.CpuPerThousand),
            $"{Numbers.Short(p95[0])} to {Numbers.Short(p95[^1])}", $"{rounds.Sum(r => r.Small.Sample.Errors + r.Large.Sample.Errors)}",
        ];

        string Ratio(Func<Measured, double> figure) => Numbers.Short(Figures.Median(rounds, r => figure(r.Large) / figure(r.Small)));
        string Of(Func<Measured, double> figure) => Numbers.Short(Figures.Median(rounds, r => figure(r.Large)));
    }

    private static async Task<Measured> MeasureAsync(PostgresCluster cluster, Load load, double seconds)
    {
        var before = cluster.Cpu();
        var sample = await Round.FullAsync(load, seconds);
        return new(sample, (cluster.Cpu() - before).TotalMilliseconds * 1000 / Math.Max(1, sample.Operations));
    }

    /// <summary>The statement of the purge, batch after batch, on both databases in turns.</summary>
    private static async Task<string> PurgesAsync(PostgresCluster cluster, string small, string large, int rounds)
    {
        var ratios = new List<(double Small, double Large)>();
        foreach (var database in new[] { small, large }) await GrownRows.ExpireAsync(cluster, database, Expired * rounds);
        for (var round = 0; round < rounds; round++)
            ratios.Add((await BatchesAsync(cluster, small), await BatchesAsync(cluster, large)));
        return $"purge: {Numbers.Short(Figures.Median(ratios, r => r.Large / r.Small))} of the time, "
            + $"{Numbers.Short(Figures.Median(ratios, r => r.Large))} ms a batch of 500";
    }

    private static async Task<double> BatchesAsync(PostgresCluster cluster, string database)
    {
        await using var connection = await cluster.OpenAsync(database);
        await using var settings = new NpgsqlCommand("SET enable_sort = off", connection);
        await settings.ExecuteNonQueryAsync();
        // As ExpiredRows has it.
        await using var command = new NpgsqlCommand(
            """
            DELETE FROM user_sessions WHERE id = ANY(ARRAY(SELECT id FROM user_sessions WHERE expires_at <= now() AND kind = 1
            ORDER BY expires_at LIMIT 500 FOR UPDATE SKIP LOCKED))
            """, connection);
        var watch = Stopwatch.StartNew();
        for (var batch = 0; batch < Expired / 500; batch++) await command.ExecuteNonQueryAsync();
        return watch.Elapsed.TotalMilliseconds * 500 / Expired;
    }

    private sealed record Measured(Sample Sample, double DatabaseCpuPerThousand);
}
