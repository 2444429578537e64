using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>AuthServer clients, beside a running server.</summary>
public sealed class ClientCommandTests : IDisposable
{
    private readonly string _data = Path.Combine(Path.GetTempPath(), $"data-{Guid.CreateVersion7():N}");
    private readonly string _address = ServerProcess.FreeAddress();

    public void Dispose()
    {
        if (Directory.Exists(_data)) Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task A_client_is_created_used_shown_listed_rotated_and_deleted()
    {
        await using var server = ServerProcess.Start([("AUTHSERVER_DATA", _data)], "--urls", _address);
        await server.ReadyAsync(_address);
        var file = Path.Combine(_data, "client.json");
        await File.WriteAllTextAsync(
            file, """{"client_id":"job","client_name":"Nightly job","grant_types":["client_credentials"],"trused":true}""");

        var (exit, output, errors) = await RunAsync("create", file, "--json");
        Assert.True(exit == 0, errors);
        Assert.Contains("did you mean trusted?", errors, StringComparison.Ordinal);
        var secret = JsonElement.Parse(output).GetProperty("client_secret").GetString()!;
        Assert.True(await MayAsync("job", secret));
        Assert.Equal(65, (await RunAsync("create", file)).ExitCode);

        var (_, shown, _) = await RunAsync("show", "job");
        Assert.Equal("Nightly job", JsonElement.Parse(shown).GetProperty("client_name").GetString());
        Assert.DoesNotContain("client_secret", shown, StringComparison.Ordinal);
        var (_, listed, _) = await RunAsync("list", "--json");
        Assert.Contains(JsonElement.Parse(listed).EnumerateArray(), c => c.GetProperty("client_id").GetString() == "job"
            && c.GetProperty("type").GetString() == "confidential" && c.GetProperty("grant_types")[0].GetString() == "client_credentials");

        var (rotated, text, why) = await RunAsync("secret", "rotate", "job", "--keep", "1h");
        Assert.True(rotated == 0, why);
        var next = text.Split('\n').Single(l => l.StartsWith("Secret: ", StringComparison.Ordinal))[8..];
        Assert.Contains("The former secret is valid until ", text, StringComparison.Ordinal);
        await Eventually.UntilAsync("the server sees the new secret", () => MayAsync("job", next));

        Assert.True(await MayAsync("job", secret));
        Assert.Equal(65, (await RunAsync("secret", "rotate", "job")).ExitCode);
        Assert.Equal(0, (await RunAsync("secret", "rotate", "job", "--finish")).ExitCode);

        var (asked, loss, how) = await RunAsync("delete", "job");
        Assert.Equal(64, asked);
        Assert.Contains("job (Nightly job) goes with 0 sessions and 0 consents", loss, StringComparison.Ordinal);
        Assert.Contains("--yes", how, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("delete", "job", "--yes")).ExitCode);
        Assert.Equal(65, (await RunAsync("show", "job")).ExitCode);
        Assert.Equal(65, (await RunAsync("delete", "authplatform-first-party", "--yes")).ExitCode);
    }

    [Fact]
    public async Task A_client_that_cannot_be_right_is_refused_with_its_lines()
    {
        await using var server = ServerProcess.Start([("AUTHSERVER_DATA", _data)], "--urls", _address);
        await server.ReadyAsync(_address);
        var file = Path.Combine(_data, "client.json");
        await File.WriteAllTextAsync(
            file, "{\n\"client_id\": \"a\",\n\"redirect_uris\": [\"http://a.example\"],\n\"scope\": \"nothing\"\n}");
        var (exit, _, errors) = await RunAsync("create", file);
        Assert.Equal(65, exit);
        Assert.Contains("line 3: redirect_uris[0] must be https", errors, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, """{"client_id":"a","redirect_uris":["https://a.example"],"scope":"nothing"}""");
        Assert.Contains("scope is not registered", (await RunAsync("create", file)).Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("forget")]
    [InlineData("show")]
    [InlineData("secret")]
    [InlineData("secret", "rotate")]
    [InlineData("secret", "rotate", "a", "--keep", "soon")]
    [InlineData("secret", "rotate", "a", "--keep=91d")]
    [InlineData("delete", "a", "b")]
    public async Task What_is_no_command_is_answered_with_help(params string[] arguments)
    {
        var (exit, _, errors) = await RunAsync(arguments);
        Assert.Equal(64, exit);
        Assert.Contains("AuthServer clients", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_data));
    }

    private async Task<bool> MayAsync(string clientId, string secret)
    {
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials", ["client_id"] = clientId, ["client_secret"] = secret,
        });
        using var answer = await http.PostAsync(new Uri(_address + "/connect/token"), form);
        return answer.IsSuccessStatusCode;
    }

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) =>
        ServerProcess.RunAsync([("AUTHSERVER_DATA", _data)], ["clients", .. arguments]);
}
