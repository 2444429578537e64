using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Machine;
using AuthServer.LoadTests.Workloads;

namespace AuthServer.LoadTests.Measuring;

/// <summary>How long and how often each pair of workload and contender is measured.</summary>
internal sealed record Effort(int Rounds, double Seconds, double WarmUpSeconds);

/// <summary>Measures workloads at all contenders, their rounds interleaved, so that a noisy minute meets all of them.</summary>
internal sealed class Comparison(Lineup lineup, Plan plan, Effort effort)
{
    public List<Figures> Figures { get; } = [];

    /// <summary>What the machine could do at most between the rounds of a workload, per second of CPU.</summary>
    public Dictionary<string, double> Limits { get; } = [];

    /// <summary>Pairs that were not measured, and other things that a reader must know.</summary>
    public List<string> Notes { get; } = [];

    public async Task MeasureAsync(Workload workload)
    {
        var loads = new List<(string Name, Load Load, (double, bool) WarmUp, List<Sample> Samples)>();
        try
        {
            var answerSize = 0;
            foreach (var contender in lineup.Standing.Where(c => c is not HelloServer))
            {
                if (workload.NotAt(contender) is { } reason) Note(workload, contender, reason);
                else if (await PrepareAsync(workload, contender) is { } load)
                {
                    var (seconds, settled, _) = await WarmUp.RunAsync(load, effort.WarmUpSeconds);
                    loads.Add((contender.Name, load, (seconds, settled), []));
                    if (answerSize == 0) answerSize = load.Lanes[0].Connection.LastBody;
                    if (load.Remark is { Length: > 0 } remark) Note(workload, contender, remark);
                }
            }
            if (lineup.Hello is { } hello && workload.Hello != HelloShape.None)
            {
                if (answerSize == 0) answerSize = 1024;
                var load = workload.PrepareHello(hello, plan, answerSize);
                var (seconds, settled, _) = await WarmUp.RunAsync(load, effort.WarmUpSeconds);
                loads.Add((hello.Name, load, (seconds, settled), []));
            }

            var limit = new List<double>();
            for (var round = 0; round < effort.Rounds; round++)
            {
                foreach (var (_, load, _, samples) in loads) samples.Add(await Round.FullAsync(load, effort.Seconds));
                if (workload.RawLoop is { } raw) limit.Add(await RawLimits.PerCpuSecondAsync(raw, effort.Seconds));
            }
            if (limit.Count > 0)
            {
                Limits[$"{workload.RawLoop} per CPU second, between the rounds of {workload.Name}"] = Measuring.Figures.Median(
                    limit, l => l);
            }
            foreach (var (name, _, warmUp, samples) in loads) Figures.Add(Measuring.Figures.Of(workload.Name, name, samples, warmUp));
        }
        finally
        {
            foreach (var (_, load, _, _) in loads) load.Dispose();
        }
    }

    private async Task<Load?> PrepareAsync(Workload workload, Contender contender)
    {
        try
        {
            return await workload.PrepareAsync(contender, plan);
        }
        catch (CannotRunException exception)
        {
            Note(workload, contender, "cannot run: " + exception.Message);
            return null;
        }
    }

    private void Note(Workload workload, Contender contender, string text) => Notes.Add($"{workload.Name} at {contender.Name}: {text}");
}
