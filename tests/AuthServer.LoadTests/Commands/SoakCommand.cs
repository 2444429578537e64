using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Machine;
using AuthServer.LoadTests.Soaking;

namespace AuthServer.LoadTests.Commands;

/// <summary>soak: many people at a human pace for a time.</summary>
internal static class SoakCommand
{
    public static async Task<int> RunAsync(CommandLine line)
    {
        var users = line.Number("users", 10_000);
        var minutes = line.Decimal("minutes", 5);
        if (users > MostConnections())
        {
            Console.WriteLine($"The machine allows {MostConnections()} open files: people beyond that open one for each request.");
        }
        using var stage = new Stage(line.Text("publish")) { PublishedApi = line.Text("publish-api") };
        using var server = new OurServer(line.Text("contender") != "ours-sqlite") { People = users };
        Console.WriteLine($"Starting {server.Name} with {users} people ...");
        await server.StartAsync(stage);
        foreach (var problem in await Correctness.CheckAsync(server)) throw new CannotRunException("its answers are wrong: " + problem);
        using var api = new ResourceApiServer(server.Endpoints.Issuer);
        await api.StartAsync(stage);
        await using var soak = new Soak(server, api, stage, users, MostConnections());
        return await soak.RunAsync(TimeSpan.FromMinutes(minutes)) ? 0 : 1;
    }

    // Both ends of a connection are open files of one process each; some are left for everything else.
    private static int MostConnections()
    {
        var limits = File.ReadLines("/proc/self/limits").First(l => l.StartsWith("Max open files", StringComparison.Ordinal));
        var hard = limits.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4];
        return hard == "unlimited" ? int.MaxValue : int.Parse(hard, System.Globalization.CultureInfo.InvariantCulture) - 1000;
    }
}
