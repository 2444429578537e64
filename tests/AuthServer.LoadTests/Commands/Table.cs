using AuthServer.LoadTests.Machine;
using AuthServer.LoadTests.Raw;
using AuthServer.LoadTests.Stock;

namespace AuthServer.LoadTests.Commands;

/// <summary>The subcommands of the program.</summary>
internal static class Table
{
    private const string Help = """
        Measures AuthServer beside other servers, each on one core.

        compare   measures all contenders and prints one table; docs/performance.json and docs/images/performance.svg follow
                  --quick               short rounds, fewer chains, the main workloads
                  --workload NAME,...   only these (see below)
                  --contender NAME,...  only these
                  --rounds N            rounds of each pair, interleaved (3; quick 2)
                  --seconds S           length of a round (5; quick 3)
                  --warmup S            the longest warm-up of each pair, in seconds of server CPU (90; quick 8)
                  --connections N       connections at once (32)
                  --chains N            refresh chains (10000; quick 1000)
                  --publish DIR, --publish-api DIR   these published servers instead of publishing src/
                  --before DIR          an earlier build, published, as contenders before-sqlite and before-postgres
                  --no-files            print only
        limits    only the raw limits of this machine: Kestrel, signatures, Argon2id, commits
        start     cold start and memory of our server (idle, loaded, with a million sessions): --runs N, --sessions N
        soak      simultaneous users for a time: --users N (10000) --minutes M (5) --contender NAME (ours-postgres)
        overload  a mix of requests at 80 %, at 150 % and again at 80 % of what the server can do: --minutes M of the second (5)
                  --times X (1.5) --capacity N (measured) --contender NAME (ours-postgres) --chains N (4096)
        notices   how soon a server goes by what another process has changed, by PostgreSQL and by Redis: --rounds N (15)
        growth    a million users and five million sessions beside a small database: --users N, --sessions N, --rounds N, --seconds S
                  --only TEXT of the workloads, by how their names begin
        profile WORKLOAD   where a request's time and allocations go: --contender NAME (ours-postgres) --seconds S (10)

        Workloads and contenders are listed by `compare --list`. The program runs on the last core of the machine together with
        PostgreSQL and Redis, the measured server alone on core 0. It needs taskset, PostgreSQL 15+; Node.js 20+ and redis-server
        for those contenders. A contender that cannot run is named with the reason.
        """;

    public static async Task<int> RunAsync(string[] args)
    {
        var line = CommandLine.Parse(args);
        switch (line.Command)
        {
            case "serve-stock": return await StockServerProgram.RunAsync(line);
            case "serve-hello": return await HelloProgram.RunAsync(line);
            case "raw": return RawLoops.Run(line);
        }

        if (line.Command is null or "help" || line.Has("help"))
        {
            Console.WriteLine(Help);
            return line.Command is null && !line.Has("help") ? 64 : 0;
        }

        Func<CommandLine, Task<int>>? command = line.Command switch
        {
            "compare" => CompareCommand.RunAsync,
            "limits" => LimitsCommand.RunAsync,
            "start" => StartCommand.RunAsync,
            "growth" => GrowthCommand.RunAsync,
            "notices" => NoticesCommand.RunAsync,
            "soak" => SoakCommand.RunAsync,
            "overload" => OverloadCommand.RunAsync,
            "profile" => ProfileCommand.RunAsync,
            _ => null,
        };
        if (command is null)
        {
            Console.Error.WriteLine($"Unknown command: {line.Command}\n\n{Help}");
            return 64;
        }
        if (Cores.MustMove) return await Cores.MoveAsync(args);
        try
        {
            return await command(line);
        }
        catch (CannotRunException exception)
        {
            Console.Error.WriteLine($"error: {exception.Message}");
            return 69;
        }
        finally
        {
            Child.StopAll();
        }
    }
}
