using System.Diagnostics;
using System.Net.Sockets;

namespace AuthServer.LoadTests.Measuring;

/// <summary>Runs a load for a time.</summary>
internal static class Round
{
    /// <summary>Every lane as fast as the answers come.</summary>
    public static Task<Sample> FullAsync(Load load, double seconds) => RunAsync(load, seconds, (lane, run) => LoopAsync(load, lane, run));

    /// <summary>
    /// As many operations per second as said, spread evenly; the time of one begins when it was due, not when it could be sent.
    /// </summary>
    public static Task<Sample> PacedAsync(Load load, double seconds, double perSecond) =>
        RunAsync(load, seconds, (lane, run) => PacedLoopAsync(load, lane, run, perSecond));

    private static async Task<Sample> RunAsync(Load load, double seconds, Func<Lane, State, Task> loop)
    {
        var bytes = Bytes(load);
        var (server, generator) = (load.Cpu(), Environment.CpuUsage.TotalTime);
        var watch = Stopwatch.StartNew();
        var states = load.Lanes.Select(_ => new State(watch, seconds)).ToArray();
        // Not all lanes on this thread: the first one would run alone as long as its answers are there at once.
        await Task.WhenAll(load.Lanes.Zip(states, (lane, state) => Task.Run(() => loop(lane, state))));
        var elapsed = watch.Elapsed.TotalSeconds;
        var latencies = states.SelectMany(s => s.Latencies).ToArray();
        Array.Sort(latencies);
        return new(
            latencies.Length, states.Sum(s => s.Errors), states.Select(s => s.FirstError).FirstOrDefault(e => e is not null), elapsed,
            load.Cpu() - server, Environment.CpuUsage.TotalTime - generator, latencies, load.Server.ResidentMegabytes(),
                Bytes(load) - bytes);
    }

    private static long Bytes(Load load) => load.Lanes.Sum(l => l.Connection.Sent + l.Connection.Received);

    private static async Task LoopAsync(Load load, Lane lane, State run)
    {
        while (!run.IsOver) await OnceAsync(load, lane, run, run.Now);
    }

    private static async Task PacedLoopAsync(Load load, Lane lane, State run, double perSecond)
    {
        var interval = load.Lanes.Count / perSecond * Stopwatch.Frequency;
        var due = interval * lane.Index / load.Lanes.Count;
        for (; ; due += interval)
        {
            var wait = (due - run.Now) / Stopwatch.Frequency;
            if (wait > 0) await Task.Delay(TimeSpan.FromSeconds(wait));
            if (run.IsOver) return;
            await OnceAsync(load, lane, run, (long)due);
        }
    }

    private static async Task OnceAsync(Load load, Lane lane, State run, long began)
    {
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
        run.Latencies.Add((int)Math.Max(0, (run.Now - began) * 1_000_000 / Stopwatch.Frequency));
        if (problem is null) return;
        run.Errors++;
        run.FirstError ??= problem;
    }

    private sealed class State(Stopwatch watch, double seconds)
    {
        public List<int> Latencies { get; } = [];

        public int Errors { get; set; }

        public string? FirstError { get; set; }

        public long Now => watch.ElapsedTicks;

        public bool IsOver => watch.Elapsed.TotalSeconds >= seconds;
    }
}
