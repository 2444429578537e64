using System.Text.Json;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Containers;

/// <summary>What the workflows of .github may do, and who of them sees a secret.</summary>
public sealed class WorkflowRightsTests
{
    // The jobs that write, and what.
    private static readonly string[] Writers = ["codeql.yml analyze security-events", "release.yml publish contents"];

    [Fact]
    public async Task Only_the_jobs_that_have_to_may_write()
    {
        var writers = new List<string>();
        foreach (var (file, workflow) in await WorkflowsAsync())
        {
            Assert.DoesNotContain("write", workflow.GetProperty("permissions").GetRawText(), StringComparison.Ordinal);
            foreach (var job in workflow.GetProperty("jobs").EnumerateObject())
            {
                if (!job.Value.TryGetProperty("permissions", out var rights)) continue;
                writers.AddRange(
                    rights.EnumerateObject().Where(right => right.Value.GetString() == "write")
                        .Select(right => $"{file} {job.Name} {right.Name}"));
            }
        }

        Assert.Equal(Writers, writers.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_secret_is_seen_by_single_steps()
    {
        foreach (var (file, workflow) in await WorkflowsAsync())
        {
            Assert.DoesNotContain("secrets.", Environment(workflow), StringComparison.Ordinal);
            foreach (var job in workflow.GetProperty("jobs").EnumerateObject())
                Assert.False(Environment(job.Value).Contains("secrets.", StringComparison.Ordinal), $"{file}: {job.Name}");
        }
    }

    /// <summary>A tag can be moved to other code by whoever has the account behind it; a commit cannot.</summary>
    [Fact]
    public void An_action_is_named_by_its_commit_and_its_version()
    {
        var uses = Directory.GetFiles(Path.Combine(ServerProcess.Root, ".github", "workflows"), "*.yml").SelectMany(File.ReadLines)
            .Where(line => line.Contains("uses: ", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(uses);
        Assert.All(uses, line => Assert.Matches(@"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line));
    }

    private static string Environment(JsonElement of) => of.TryGetProperty("env", out var env) ? env.GetRawText() : "";

    private static async Task<List<(string File, JsonElement Workflow)>> WorkflowsAsync()
    {
        var workflows = new List<(string, JsonElement)>();
        foreach (var path in Directory.GetFiles(Path.Combine(ServerProcess.Root, ".github", "workflows"), "*.yml"))
            workflows.Add((Path.GetFileName(path), await Tools.ReadYamlAsync(path)));
        Assert.NotEmpty(workflows);
        return workflows;
    }
}
