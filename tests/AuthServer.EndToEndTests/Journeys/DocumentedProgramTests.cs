using AuthServer.EndToEndTests.Fixtures;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>The programs of docs/api do what docs/api.md says. The one for a browser is in CookieModeTests.</summary>
public sealed class DocumentedProgramTests(World world)
{
    private static readonly string Folder = Path.Combine(Program.Root, "docs", "api");

    [Fact]
    public async Task The_admin_script_lists_makes_changes_and_deletes_accounts_and_logs_out()
    {
        var output = await Program.RunAsync("bash", ["admin.sh"], Folder,
            ("SERVER", world.Server), ("ADMIN_EMAIL", World.EmailOf(World.Admin)), ("ADMIN_PASSWORD", World.Password));
        Assert.Collection(output.Split('\n'),
            line => Assert.Matches("^There are [1-9][0-9]+ accounts$", line),
            line => Assert.Matches("^Made script-[0-9a-f-]{36}@example.com$", line),
            line => Assert.Equal("Renamed to Samantha", line),
            line => Assert.Equal("Deleted", line),
            line => Assert.Equal("Logged out", line));
    }

    [Fact]
    public async Task The_admin_script_tells_a_refusal_in_words_and_fails()
    {
        var failed = await Assert.ThrowsAsync<InvalidOperationException>(() => Program.RunAsync("bash", ["admin.sh"], Folder,
            ("SERVER", world.Server), ("ADMIN_EMAIL", World.EmailOf(World.Admin)), ("ADMIN_PASSWORD", "wrong")));
        Assert.Contains("Unauthorized: The e-mail address and the password do not match.", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("There are", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_mobile_app_registers_logs_in_refreshes_changes_the_profile_and_logs_out()
    {
        // Without build servers: they would stay behind.
        var output = await Program.RunAsync("dotnet", ["run", "mobile.cs", $"mona-{Guid.CreateVersion7():N}@example.test"], Folder,
            ("SERVER", world.Server), ("UseSharedCompilation", "false"), ("MSBUILDDISABLENODEREUSE", "1"),
                ("DOTNET_CLI_USE_MSBUILD_SERVER", "0"));
        Assert.Equal(["Logged in", "Hello, Mona Mobile", "Hello, Monika", "Changed elsewhere", "Logged out"], output.Split('\n'));
    }
}
