using System.Diagnostics;
using System.Net.Sockets;
using AuthServer.LoadTests.Measuring;

namespace AuthServer.LoadTests.Overload;

/// <summary>Operations that come when they come, whether the server keeps up or not.</summary>
internal static class OfferedLoad
{
    /// <summary>What came of it; times are microseconds from the moment when an operation was due.</summary>
    internal sealed record Outcome(int[] Answered, int[] TurnedAway, int Wrong, string? FirstWrong, double Seconds, TimeSpan Cpu, int Late)
    {
        public double Milliseconds(double quantile) => Answered.Length == 0
            ? 0
            : Answered[Math.Min(Answered.Length - 1, (int)(Answered.Length * quantile))] / 1000.0;
    }

    public static async Task<Outcome> RunAsync(Load load, double seconds, double perSecond)
    {
        var cpu = load.Cpu();
        var watch = Stopwatch.StartNew();
        var lanes = load.Lanes.Select(_ => new Record()).ToArray();
        await Task.WhenAll(load.Lanes.Zip(
            lanes, (lane, record) => Task.Run(() => LoopAsync(load, lane, record, watch, seconds, perSecond))));
        var answered = lanes.SelectMany(l => l.Answered).Order().ToArray();
        return new(
            answered, [.. lanes.SelectMany(l => l.TurnedAway).Order()], lanes.Sum(l => l.Wrong),
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
            if (problem is null) record.Answered.Add(took);
            else if (problem == BusyHour.TurnedAway) record.TurnedAway.Add(took);
            else
            {
                record.Wrong++;
                record.FirstWrong ??= problem;
            }
        }
    }

    private sealed class Record
    {
        public List<int> Answered { get; } = [];

        public List<int> TurnedAway { get; } = [];

        public int Wrong { get; set; }

        public int Late { get; set; }

        public string? FirstWrong { get; set; }
    }
}
