using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Machine;
using AuthServer.LoadTests.Reporting;
using AuthServer.LoadTests.Workloads;

namespace AuthServer.LoadTests.Measuring;

/// <summary>Logins as fast as they go while refresh is offered at a tenth of its quiet capacity.</summary>
internal static class LoginBesideRefresh
{
    public const string Name = "login-with-refresh";
    public const string What = "logins as fast as they go while refresh is offered at a tenth of its quiet capacity";

    public static async Task<List<Scenario>> MeasureAsync(Lineup lineup, Plan plan, Effort effort)
    {
        var found = new List<Scenario>();
        var logins = new Logins();
        foreach (var server in lineup.Standing.Where(c => c is not HelloServer && logins.NotAt(c) is null))
        {
            try
            {
                found.Add(await MeasureAsync(server, logins, plan, effort));
            }
            catch (CannotRunException exception)
            {
                found.Add(new(Name, server.Name, new Dictionary<string, double>(), "cannot run: " + exception.Message));
            }
        }
        return found;
    }

    private static async Task<Scenario> MeasureAsync(Contender server, Logins logins, Plan plan, Effort effort)
    {
        using var refresh = await new Refreshes("refresh", Cast.App).PrepareAsync(server, plan);
        using var login = await logins.PrepareAsync(server, plan);
        await WarmUp.RunAsync(refresh, effort.WarmUpSeconds);
        await WarmUp.RunAsync(login, Math.Min(10, effort.WarmUpSeconds));
        var raw = new List<double>();
        var (full, quiet, alone, beside, both) = (
            new List<Sample>(), new List<Sample>(), new List<Sample>(), new List<Sample>(), new List<Sample>());
        var seconds = Math.Max(5, effort.Seconds);
        for (var round = 0; round < effort.Rounds; round++)
        {
            full.Add(await Round.FullAsync(refresh, effort.Seconds));
            var offered = full[^1].PerSecond / 10;
            quiet.Add(await Round.PacedAsync(refresh, seconds, offered));
            alone.Add(await Round.FullAsync(login, seconds));
            raw.Add(await RawLimits.PerCpuSecondAsync("argon2id", seconds));
            var refreshing = Round.PacedAsync(refresh, seconds, offered);
            both.Add(await Round.FullAsync(login, seconds));
            beside.Add(await refreshing);
        }
        return new(Name, server.Name, new Dictionary<string, double>
        {
            ["raw argon2id/s"] = Figures.Median(raw, r => r),
            ["logins/s alone"] = Figures.Median(alone, s => s.PerSecond),
            ["logins/s with refresh"] = Figures.Median(both, s => s.PerSecond),
            ["refresh/s offered"] = Figures.Median(full, s => s.PerSecond) / 10,
            ["refresh/s done"] = Figures.Median(beside, s => s.PerSecond),
            ["refresh p99 ms quiet"] = Figures.Median(quiet, s => s.Milliseconds(0.99)),
            ["refresh p99 ms beside logins"] = Figures.Median(beside, s => s.Milliseconds(0.99)),
            ["refresh p99 ms at full load"] = Figures.Median(full, s => s.Milliseconds(0.99)),
            ["errors"] = full.Concat(quiet).Concat(alone).Concat(both).Concat(beside).Sum(s => s.Errors),
        }, login.Remark);
    }
}
