using System.Diagnostics;
using System.Net.Sockets;
using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Reporting;
using AuthServer.LoadTests.Wire;
using AuthServer.LoadTests.Workloads;

namespace AuthServer.LoadTests.Measuring;

/// <summary>Process start to first answer, and memory: idle, under load, with a table full of sessions.</summary>
internal static class StartAndMemory
{
    public const string Name = "start-and-memory";
    public const string What = "ours: process start to first answer, memory idle, under load, and with a million sessions";

    private const int IdleMilliseconds = 5000;

    // One user has them all: the table's size is what counts.
    private const string FillSessions = """
        INSERT INTO user_sessions (
            id, user_id, token_hash, expires_at, created_at, kind, client_id, scopes, offline,
            security_stamp, auth_time, absolute_expires_at)
        SELECT
            gen_random_uuid(), u.id, encode(sha256(i::text::bytea), 'hex'), now() + interval '20 days', now(),
            1, 'app', 'openid offline_access notes:read', true,
            u.security_stamp, now(), now() + interval '30 days'
        FROM generate_series(1, @sessions) i, (SELECT id, security_stamp FROM users ORDER BY id LIMIT 1) u;
        ANALYZE user_sessions
        """;

    /// <param name="sessions">Rows to insert, on PostgreSQL; 0: that part is left out.</param>
    public static async Task<List<Scenario>> MeasureAsync(Stage stage, bool postgres, int runs, int sessions, double loadSeconds)
    {
        using var server = new OurServer(postgres);
        // The first start makes the schema and the cast.
        await server.StartAsync(stage);
        var scenarios = new List<Scenario> { await ColdStartsAsync(server, runs), await MemoryAsync(server, stage, loadSeconds, "memory") };
        if (postgres && sessions > 0)
        {
            await (await stage.PostgresAsync())
                .ExecuteAsync(server.Database, FillSessions.Replace("@sessions", $"{sessions}", StringComparison.Ordinal));
            await RestartAsync(server);
            scenarios.Add(await MemoryAsync(server, stage, loadSeconds, $"memory with {sessions:N0} sessions"));
        }
        return scenarios;
    }

    private static async Task<Scenario> ColdStartsAsync(OurServer server, int runs)
    {
        var times = new List<double>();
        var cpu = new List<double>();
        for (var run = 0; run < runs; run++)
        {
            await StopAsync(server);
            var watch = Stopwatch.StartNew();
            server.Launch(withSeed: false);
            while (!await AnswersAsync(server)) await Task.Delay(2);
            times.Add(watch.Elapsed.TotalMilliseconds);
            cpu.Add(server.Cpu().TotalMilliseconds);
        }
        return new("cold start to first 200 of discovery", server.Name, new Dictionary<string, double>
        {
            ["median ms"] = Figures.Median(
                times, t => t), ["least ms"] = times.Min(), ["most ms"] = times.Max(), ["CPU ms"] = Figures.Median(cpu, c => c),
        }, $"{runs} starts on a migrated database");
    }

    private static async Task<Scenario> MemoryAsync(OurServer server, Stage stage, double seconds, string name)
    {
        await RestartAsync(server);
        await Task.Delay(IdleMilliseconds);
        var idle = server.ResidentMegabytes();
        var plan = new Plan(stage, 32, 500, 20);
        var values = new Dictionary<string, double> { ["idle MB"] = idle };
        foreach (var workload in new Workload[] { new MachineTokens(), new Refreshes("refresh", Cast.App), new CodeFlows(), new Logins() })
        {
            using var load = await workload.PrepareAsync(server, plan);
            var sample = await Round.FullAsync(load, seconds);
            values[$"{workload.Name} MB"] = sample.ResidentMegabytes;
            values[$"{workload.Name} CPU ms/1000"] = sample.CpuPerThousand;
            values[$"{workload.Name} errors"] = sample.Errors;
        }
        return new(name, server.Name, values, "without warm-up");
    }

    private static async Task RestartAsync(OurServer server)
    {
        await StopAsync(server);
        await server.StartAgainAsync(withSeed: false);
    }

    private static async Task StopAsync(OurServer server)
    {
        server.Process?.Dispose();
        while (await Machine.Child.ListensAsync(server.Port)) await Task.Delay(20);
    }

    private static async Task<bool> AnswersAsync(OurServer server)
    {
        if (server.Process!.HasExited) throw new Machine.CannotRunException("it ended: " + server.Process.Tail(6));
        try
        {
            using var connection = server.Connect();
            return (await connection.SendAsync(RequestText.Get(server.Host, Endpoints.DiscoveryPath))).Status == 200;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (EndOfStreamException)
        {
            return false;
        }
    }
}
