using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Containers;

/// <summary>The files of docker/ as linters and validators of others see them, and what these find when something is wrong.</summary>
public sealed class LintTests
{
    [Fact]
    public async Task Dockerfiles_have_no_findings() =>
        Assert.Equal("", await CheckAsync("dockerfile", "Dockerfile", "Dockerfile.resource-api"));

    [Fact]
    public async Task Compose_files_are_of_the_schema_of_compose() =>
        Assert.Equal("", await CheckAsync("compose", "compose.yaml", "compose.production.yaml"));

    [Fact]
    public async Task Manifests_have_what_Kubernetes_requires_in_the_form_that_it_wants() => Assert.Equal(
        "", await Tools.CheckAsync("kubernetes", [.. Manifests.Files.Select(file => Path.Combine(Manifests.Folder, file))]));

    [Theory]
    [InlineData("dockerfile", "Dockerfile", "STOPSIGNAL", "STOPSIGNALL", "Unknown instruction")]
    [InlineData("dockerfile", "Dockerfile", "--from=build", "--form=build", "Unknown flag")]
    [InlineData("dockerfile", "Dockerfile", "EXPOSE 5080", "EXPOSE http", "Invalid containerPort")]
    [InlineData("compose", "compose.yaml", "read_only:", "readonly:", "additional properties")]
    [InlineData("compose", "compose.production.yaml", "service_healthy", "healthy", "invalid-schema")]
    [InlineData("compose", "compose.production.yaml", "      test: [\"CMD\", \"pg_isready\"", "      tests: [\"CMD\"", "invalid-schema")]
    [InlineData("kubernetes", "kubernetes/hpa.yaml", "  maxReplicas: 5", "", "must have required property maxReplicas")]
    [InlineData("kubernetes", "kubernetes/hpa.yaml", "minReplicas: 3", "minReplicas: three", "minReplicas must be integer")]
    [InlineData("kubernetes", "kubernetes/servicemonitor.yaml", "interval: 30s", "interval: often", "interval must match")]
    public async Task What_is_wrong_is_found(string kind, string file, string text, string wrong, string finding) =>
        Assert.Contains(finding, await Tools.CheckChangedAsync(kind, file, text, wrong), StringComparison.Ordinal);

    [Fact]
    public async Task Yaml_files_have_no_findings_of_yamllint()
    {
        var (exit, output, errors) = await YamllintAsync(Tools.Docker);
        Assert.Equal((0, "", ""), (exit, output, errors));
    }

    [Fact]
    public async Task Yamllint_finds_a_key_that_stands_twice_and_a_number_that_is_read_in_two_ways()
    {
        using var file = new TempFile("a: 1\na: 2\nmode: 0440\n");
        var (exit, output, _) = await YamllintAsync(file.Path);
        Assert.Equal(1, exit);
        Assert.Contains("duplication of key \"a\"", output, StringComparison.Ordinal);
        Assert.Contains("forbidden implicit octal value", output, StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, string Output, string Errors)> YamllintAsync(string path) =>
        Tools.RunAsync("yamllint", "--strict", "--format", "parsable", "--config-file", Path.Combine(Tools.Docker, ".yamllint"), path);

    private static Task<string> CheckAsync(string kind, params string[] files) =>
        Tools.CheckAsync(kind, [.. files.Select(file => Path.Combine(Tools.Docker, file))]);
}
