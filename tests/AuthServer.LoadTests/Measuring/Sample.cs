namespace AuthServer.LoadTests.Measuring;

/// <summary>What one round gave.</summary>
/// <param name="Latencies">Microseconds, sorted.</param>
internal sealed record Sample(
    int Operations, int Errors, string? FirstError, double Seconds, TimeSpan ServerCpu, TimeSpan GeneratorCpu, int[] Latencies,
    double ResidentMegabytes, long Bytes)
{
    /// <summary>Milliseconds of server CPU for 1,000 operations.</summary>
    public double CpuPerThousand => Operations == 0 ? 0 : ServerCpu.TotalMilliseconds * 1000 / Operations;

    public double PerSecond => Operations / Seconds;

    /// <summary>The part of the round in which the server's core was busy with it.</summary>
    public double Busy => ServerCpu.TotalSeconds / Seconds;

    public double Milliseconds(double quantile) =>
        Latencies.Length == 0 ? 0 : Latencies[Math.Min(Latencies.Length - 1, (int)(Latencies.Length * quantile))] / 1000.0;
}
