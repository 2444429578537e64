using System.Diagnostics;

namespace AuthServer.LoadTests.Measuring;

/// <summary>Runs a load until the CPU time of a request no longer falls: on one core the compiler needs long.</summary>
internal static class WarmUp
{
    private const double Window = 2;
    private const int Patience = 3;
    private const double Better = 0.97;

    /// <param name="mostSeconds">Of server CPU, which a busy machine cannot shorten; on the clock it may be three times as long.</param>
    /// <returns>Seconds that it took, and whether it had settled by then.</returns>
    public static async Task<(double Seconds, bool Settled, Sample Last)> RunAsync(Load load, double mostSeconds)
    {
        var watch = Stopwatch.StartNew();
        var cpu = load.Cpu();
        var best = double.MaxValue;
        var since = 0;
        while (true)
        {
            var sample = await Round.FullAsync(load, Math.Min(Window, mostSeconds));
            if (sample.CpuPerThousand < best * Better) since = 0;
            else since++;
            best = Math.Min(best, sample.CpuPerThousand);
            if (since >= Patience) return (watch.Elapsed.TotalSeconds, true, sample);
            if ((load.Cpu() - cpu).TotalSeconds >= mostSeconds || watch.Elapsed.TotalSeconds >= 3 * mostSeconds)
            {
                return (watch.Elapsed.TotalSeconds, false, sample);
            }
        }
    }
}
