using System.Text.Json;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>AuthServer resources, on an embedded database.</summary>
public sealed class ResourceCommandTests : IDisposable
{
    private const string Orders = "https://orders.example.com";

    private readonly string _data = Path.Combine(Path.GetTempPath(), $"data-{Guid.CreateVersion7():N}");

    public void Dispose()
    {
        if (Directory.Exists(_data)) Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task A_resource_is_created_listed_and_deleted_and_the_command_says_who_still_names_it()
    {
        Assert.Equal(0, (await ServerProcess.RunAsync([("AUTHSERVER_DATA", _data)], "migrate")).ExitCode);
        var file = Path.Combine(_data, "resource.json");
        await File.WriteAllTextAsync(
            file, $$"""{"identifier":"{{Orders}}","display_name":"Orders","access_token_signed_response_alg":"RS256","alg":1}""");
        var (created, output, errors) = await RunAsync("create", file, "--json");
        Assert.True(created == 0, errors);
        Assert.Contains("alg is not known and has no effect", errors, StringComparison.Ordinal);
        Assert.Equal("Orders", JsonElement.Parse(output).GetProperty("display_name").GetString());
        Assert.Equal(65, (await RunAsync("create", file)).ExitCode);

        await File.WriteAllTextAsync(file, "{\n\"identifier\": \"orders\"}");
        var (refused, _, why) = await RunAsync("create", file);
        Assert.Equal(65, refused);
        Assert.Contains("line 2: identifier must be an absolute URI", why, StringComparison.Ordinal);

        var row = Assert.Single(JsonElement.Parse((await RunAsync("list", "--json")).Output).EnumerateArray());
        Assert.Equal((Orders, "RS256"), (
            row.GetProperty("identifier").GetString(), row.GetProperty("access_token_signed_response_alg").GetString()));
        Assert.Contains("RS256      Orders", (await RunAsync("list")).Output, StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, $$"""{"scopes":[{"name":"orders:read","resources":["{{Orders}}"]}]}""");
        var (seeded, _, fault) = await ServerProcess.RunAsync([("AUTHSERVER_DATA", _data)], "seed", file);
        Assert.True(seeded == 0, fault);
        var (asked, loss, how) = await RunAsync("delete", Orders);
        Assert.Equal(64, asked);
        Assert.Contains("Still named by scope orders:read.", loss, StringComparison.Ordinal);
        Assert.Contains("--yes", how, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("delete", Orders, "--yes")).ExitCode);
        Assert.Equal(65, (await RunAsync("delete", Orders, "--yes")).ExitCode);
    }

    [Theory]
    [InlineData]
    [InlineData("show")]
    [InlineData("delete")]
    [InlineData("list", "a")]
    public async Task What_is_no_command_is_answered_with_help(params string[] arguments)
    {
        var (exit, _, errors) = await RunAsync(arguments);
        Assert.Equal(64, exit);
        Assert.Contains("AuthServer resources", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_data));
    }

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) =>
        ServerProcess.RunAsync([("AUTHSERVER_DATA", _data)], ["resources", .. arguments]);
}
