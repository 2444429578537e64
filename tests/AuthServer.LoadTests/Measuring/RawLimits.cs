using System.Globalization;
using System.Text.RegularExpressions;
using AuthServer.LoadTests.Machine;
using AuthServer.LoadTests.Raw;

namespace AuthServer.LoadTests.Measuring;

/// <summary>What the machine can do at most: signatures, hashes and commits per second on one core.</summary>
internal static partial class RawLimits
{
    private const int Rows = 100_000;

    public static async Task<Dictionary<string, double>> MeasureAsync(PostgresCluster cluster, int clients, double seconds)
    {
        var limits = new Dictionary<string, double>();
        foreach (var name in RawLoops.Names)
        {
            limits[$"{name} per CPU second"] = await PerCpuSecondAsync(name, seconds);
        }
        limits[$"commits (pgbench, one-row UPDATE, {clients} clients)"] = await CommitsAsync(cluster, clients, seconds);
        return limits;
    }

    /// <summary>How often one of <see cref="RawLoops.Names"/> runs in a second of the server's core.</summary>
    public static async Task<double> PerCpuSecondAsync(string name, double seconds)
    {
        var output = await Child.RunAsync(
            Cores.Server, Environment.ProcessPath!,
            [.. Cores.Host(), "raw", name, "--seconds", seconds.ToString(CultureInfo.InvariantCulture)], TimeSpan.FromMinutes(1));
        return double.Parse(output.Trim().Split(' ')[0], CultureInfo.InvariantCulture);
    }

    private static async Task<double> CommitsAsync(PostgresCluster cluster, int clients, double seconds)
    {
        var pgbench = new[] { Path.Combine(cluster.Bin, "pgbench"), "/usr/bin/pgbench" }.FirstOrDefault(File.Exists)
            ?? throw new CannotRunException("pgbench is not installed");
        var database = await cluster.CreateDatabaseAsync("commits");
        await cluster.ExecuteAsync(
            database,
            "CREATE TABLE one (id int PRIMARY KEY, value text, turn int) WITH (fillfactor = 80); " +
            $"INSERT INTO one SELECT i, md5(i::text), 0 FROM generate_series(1, {Rows}) i");
        var script = Path.Combine(Path.GetTempPath(), $"loadtests-commit-{Environment.ProcessId}.sql");
        await File.WriteAllTextAsync(
            script, $"\\set id random(1, {Rows})\nUPDATE one SET value = md5(random()::text), turn = turn + 1 WHERE id = :id;\n");
        try
        {
            var output = await Child.RunAsync(
                Cores.Server, pgbench,
                ["-h", "127.0.0.1", "-p", $"{cluster.Port}", "-U", "postgres", "-n", "-M", "prepared", "-f", script, "-c", $"{clients}",
                    "-j", "1", "-T", $"{Math.Max(2, (int)seconds)}", database],
                TimeSpan.FromMinutes(2));
            return double.Parse(Tps().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
        }
        finally
        {
            File.Delete(script);
        }
    }

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex Tps();
}
