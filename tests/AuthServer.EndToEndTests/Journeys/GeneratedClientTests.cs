using AuthServer.EndToEndTests.Fixtures;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>
/// A program in TypeScript whose types are generated from the document of the running server: it compiles, and lives on /v1.
/// </summary>
public sealed class GeneratedClientTests(World world)
{
    private static readonly string Folder = Path.Combine(Program.Root, "tests", "AuthServer.EndToEndTests", "clients", "generated-client");

    private static readonly string[] Answers =
    [
        "register 201", "login-refused 401", "login 200", "refresh 200", "admin-login 200", "list 200", "read 200", "read-again 304",
        "update 200",
        "update-stale 412", "update-blind 428", "create-unknown 400", "delete 204", "logout 204", "list-after-logout 401",
    ];

    [Fact]
    public async Task A_generated_client_compiles_and_registers_logs_in_refreshes_lists_updates_deletes_and_logs_out()
    {
        await Program.RunAsync("npm", ["ci", "--no-audit", "--no-fund"], Folder);
        await Program.RunAsync("npm", ["run", "generate"], Folder, ("SERVER", world.Server));
        await Program.RunAsync("npm", ["run", "compile"], Folder);
        var output = await Program.RunAsync("node", ["build/program.js"], Folder,
            ("SERVER", world.Server), ("ADMIN_EMAIL", World.EmailOf(World.Admin)), ("ADMIN_PASSWORD", World.Password));
        Assert.Equal(Answers, output.Split('\n'));
    }
}
