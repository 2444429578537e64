using System.Text.Json;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Protocol.Registration;

/// <summary>AuthServer registration-tokens and AuthServer logouts, as an operator runs them.</summary>
public sealed class RegistrationTokensCommandTests : IAsyncLifetime
{
    private readonly string _data = Path.Combine(Path.GetTempPath(), $"data-{Guid.CreateVersion7():N}");

    public async ValueTask InitializeAsync() =>
        Assert.Equal(0, (await ServerProcess.RunAsync([("AUTHSERVER_DATA", _data)], "migrate")).ExitCode);

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_data, recursive: true);
        return default;
    }

    [Fact]
    public async Task A_token_is_printed_once_listed_without_itself_and_revoked()
    {
        var (made, output, errors) = await RunAsync(
            "registration-tokens", "create", "--uses", "3", "--for", "24h", "--note", "Partner", "--json");
        Assert.True(made == 0, errors);
        var token = JsonElement.Parse(output);
        Assert.Equal(3, token.GetProperty("left").GetInt32());
        var (listed, list, _) = await RunAsync("registration-tokens", "list", "--json");
        var line = Assert.Single(JsonElement.Parse(list).EnumerateArray());
        Assert.Equal((0, "Partner", false), (listed, line.GetProperty("note").GetString(), line.TryGetProperty("token", out _)));
        Assert.DoesNotContain(token.GetProperty("token").GetString()!, list, StringComparison.Ordinal);

        var id = token.GetProperty("id").GetString()!;
        Assert.Equal(0, (await RunAsync("registration-tokens", "revoke", id)).ExitCode);
        Assert.NotEqual(0, (await RunAsync("registration-tokens", "revoke", id)).ExitCode);
        Assert.Equal("[]", (await RunAsync("registration-tokens", "list", "--json")).Output.Trim());
        Assert.Equal(65, (await RunAsync("registration-tokens", "create", "--uses", "0")).ExitCode);
        Assert.Equal(65, (await RunAsync("registration-tokens", "create", "--for", "400d")).ExitCode);
    }

    [Fact]
    public async Task Where_every_client_was_told_there_is_nothing_to_list_and_to_retry()
    {
        Assert.Equal("[]", (await RunAsync("logouts", "list", "--json")).Output.Trim());
        Assert.Contains("None was given up.", (await RunAsync("logouts", "retry", "--all")).Output, StringComparison.Ordinal);
        Assert.Equal(65, (await RunAsync("logouts", "retry", "x")).ExitCode);
        Assert.Equal(1, (await RunAsync("logouts", "retry", Guid.CreateVersion7().ToString())).ExitCode);
    }

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] args) =>
        ServerProcess.RunAsync([("AUTHSERVER_DATA", _data)], args);
}
