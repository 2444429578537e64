using Program = AuthServer.EndToEndTests.Fixtures.Program;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>The workflows of .github run elsewhere; here actionlint reads them.</summary>
public sealed class WorkflowTests
{
    private static readonly string Linter = Path.Combine(Program.Root, "tests", "AuthServer.EndToEndTests", "clients", "workflows");

    [Fact]
    public async Task Every_workflow_is_one_that_the_linter_has_nothing_against()
    {
        await Program.RunAsync("npm", ["ci", "--no-audit", "--no-fund"], Linter);
        var workflows = Directory.GetFiles(Path.Combine(Program.Root, ".github", "workflows"), "*.yml");
        Assert.Equal("", await Program.RunAsync("node", ["lint.mjs", .. workflows], Linter));
    }

    [Fact]
    public async Task The_linter_finds_what_is_wrong()
    {
        await Program.RunAsync("npm", ["ci", "--no-audit", "--no-fund"], Linter);
        var file = Path.Combine(Directory.CreateTempSubdirectory("workflow-").FullName, "wrong.yml");
        await File.WriteAllTextAsync(
            file, "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.nothing }}\n");
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => Program.RunAsync("node", ["lint.mjs", file], Linter));
        Assert.Contains("property \"nothing\" is not defined", failure.Message, StringComparison.Ordinal);
    }
}
