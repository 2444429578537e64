using AuthServer.LoadTests.Measuring;

namespace AuthServer.LoadTests.Reporting;

/// <summary>The tables that a comparison prints.</summary>
internal static class ComparisonTable
{
    /// <summary>Every figure of every pair.</summary>
    public static string Details(IEnumerable<Figures> figures)
    {
        var table = new TextTable(
            "workload", "contender", "req per CPU s", "CPU ms/1000", "req/s", "p50 ms", "p95 ms", "p99 ms", "errors", "RSS MB", "B/req",
            "warm-up s", "busy");
        foreach (var f in figures)
        {
            table.Add(
                f.Workload, f.Contender, Numbers.Short(f.Capacity), Numbers.Short(f.CpuPerThousand), Numbers.Short(
                    f.PerSecond), Numbers.Short(f.P50), Numbers.Short(f.P95), Numbers.Short(f.P99),
                $"{f.Errors}", Numbers.Short(f.ResidentMegabytes), Numbers.Short(
                    f.BytesPerOperation), $"{Numbers.Short(f.WarmUpSeconds)}{(f.Settled ? "" : "+")}",
                $"{f.ServerBusy:P0}/{f.GeneratorBusy:P0}");
        }
        return table.ToString();
    }

    /// <summary>Requests per second of server CPU, one row for a workload.</summary>
    public static string Capacities(IReadOnlyList<Figures> figures)
    {
        var contenders = figures.Select(f => f.Contender).Distinct().ToArray();
        var table = new TextTable(["requests per second of server CPU", .. contenders]);
        foreach (var workload in figures.GroupBy(f => f.Workload))
        {
            table.Add(
                [workload.Key, .. contenders.Select(
                    c => workload.FirstOrDefault(f => f.Contender == c) is { } f ? Numbers.Short(f.Capacity) : "-")]);
        }
        return table.ToString();
    }

    /// <summary>Ours as a multiple of the others.</summary>
    public static string Ratios(IReadOnlyList<Figures> figures)
    {
        var others = figures.Select(f => f.Contender).Where(c => !IsOurs(c)).Distinct().ToArray();
        var table = new TextTable(["ours as a multiple of", .. others]);
        foreach (var workload in figures.GroupBy(f => f.Workload))
        {
            foreach (var ours in workload.Where(f => IsOurs(f.Contender)))
            {
                table.Add([$"{workload.Key} ({ours.Contender})", .. others.Select(c =>
                    workload.FirstOrDefault(f => f.Contender == c) is { Capacity: > 0 } other
                        ? Numbers.Short(ours.Capacity / other.Capacity)
                        : "-")]);
            }
        }
        return table.ToString();
    }

    public static bool IsOurs(string contender) => contender.StartsWith("ours-", StringComparison.Ordinal);
}
