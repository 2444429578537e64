using System.Diagnostics;
using System.Net.Sockets;
using AuthServer.LoadTests.Measuring;

namespace AuthServer.LoadTests.Overload;

/// <summary>Operations that come when they come, whether the server keeps up or not.</summary>
internal static class OfferedLoad
{
    /// <summary>What came of it; times are microseconds from the moment when an operation was due.</summary>
    /// <param name="Single">Of operations that are one request.</param>
    /// <param name="Flows">Of code flows, which are two.</param>
    internal sealed record Outcome(
        int[] Single, int[] Flows, int TurnedAway, int Wrong, string? FirstWrong, double Seconds, TimeSpan Cpu, int Late)
    {
        public static double Milliseconds(int[] sorted, double quantile) =>
            sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * quantile))] / 1000.0;
    }

    public static async Task<Outcome> RunAsync(Load load, double seconds, double perSecond)
    {
        var cpu = load.Cpu();
        var watch = Stopwatch.StartNew();
        var lanes = load.Lanes.Select(_ => new Record()).ToArray();
        await Task.WhenAll(load.Lanes.Zip(
            lanes, (lane, record) => Task.Run(() => LoopAsync(load, lane, record, watch, seconds, perSecond))));
        return new(
            [.. lanes.SelectMany(l => l.Single).Order()], [.. lanes.SelectMany(l => l.Flows).Order()],
            lanes.Sum(l => l.TurnedAway), lanes.Sum(l => l.Wrong),
            lanes.Select(l => l.FirstWrong).FirstOrDefault(w => w is not null), watch.Elapsed.TotalSeconds, load.Cpu() - cpu,
            lanes.Sum(l => l.Late));
    }

    private static async Task LoopAsync(Load load, Lane lane, Record record, Stopwatch watch, double seconds, double perSecond)
    {
        var interval = load.Lanes.Count / perSecond;
        for (var due = interval * lane.Index / load.Lanes.Count; due < seconds; due += interval)
        {
            var wait = due - watch.Elapsed.TotalSeconds;
            if (wait > 0) await Task.Delay(TimeSpan.FromSeconds(wait));
            // A lane does one thing after the other: its answer before came after this was due.
            else if (wait < -interval) record.Late++;
            var isFlow = BusyHour.IsFlow(lane);
            string? problem;
            try
            {
                problem = await load.Step(lane);
            }
            catch (Exception exception) when (exception is SocketException or EndOfStreamException)
            {
                problem = exception.Message;
            }

            lane.Turn++;
            var took = (int)((watch.Elapsed.TotalSeconds - due) * 1_000_000);
            if (problem is null) (isFlow ? record.Flows : record.Single).Add(took);
            else if (problem == BusyHour.TurnedAway) record.TurnedAway++;
            else
            {
                record.Wrong++;
                record.FirstWrong ??= problem;
            }
        }
    }

    private sealed class Record
    {
        public List<int> Single { get; } = [];

        public List<int> Flows { get; } = [];

        public int TurnedAway { get; set; }

        public int Wrong { get; set; }

        public int Late { get; set; }

        public string? FirstWrong { get; set; }
    }
}
