namespace AuthServer.LoadTests.Measuring;

/// <summary>The medians of several rounds of one workload at one contender.</summary>
internal sealed record Figures(
    string Workload, string Contender, int Rounds, int Operations, int Errors, string? FirstError, double Capacity, double CpuPerThousand,
    double CpuPerThousandBest,
    double PerSecond, double P50, double P95, double P99, double ResidentMegabytes, double GeneratorBusy, double ServerBusy,
    double BytesPerOperation, double WarmUpSeconds, bool Settled)
{
    public static Figures Of(string workload, string contender, IReadOnlyList<Sample> rounds, (double Seconds, bool Settled) warmUp)
    {
        var cpu = Median(rounds, r => r.CpuPerThousand);
        return new(
            workload, contender, rounds.Count, rounds.Sum(r => r.Operations), rounds.Sum(r => r.Errors), rounds.Select(r => r.FirstError)
                .FirstOrDefault(e => e is not null),
            cpu > 0 ? 1_000_000 / cpu : 0, cpu, rounds.Min(r => r.CpuPerThousand), Median(rounds, r => r.PerSecond),
            Median(rounds, r => r.Milliseconds(0.50)), Median(rounds, r => r.Milliseconds(0.95)), Median(rounds, r => r.Milliseconds(0.99)),
            rounds.Max(r => r.ResidentMegabytes), Median(rounds, r => r.GeneratorCpu.TotalSeconds / r.Seconds), Median(rounds, r => r.Busy),
            Median(rounds, r => r.Operations == 0 ? 0 : (double)r.Bytes / r.Operations), warmUp.Seconds, warmUp.Settled);
    }

    public static double Median<T>(IEnumerable<T> rounds, Func<T, double> figure)
    {
        var sorted = rounds.Select(figure).Order().ToArray();
        return sorted.Length == 0
            ? 0
            : sorted.Length % 2 == 1
            ? sorted[sorted.Length / 2]
            : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
