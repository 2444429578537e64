using System.Text.Json;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Protocol.Profiles;

/// <summary><c>AuthServer clients check</c>, as an operator runs it.</summary>
public sealed class ClientCheckCommandTests(ClientCheckCommandTests.Data fixture) : IClassFixture<ClientCheckCommandTests.Data>
{
    /// <summary>A database with two clients.</summary>
    public sealed class Data : IAsyncLifetime
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("clients-check").FullName;

        public async ValueTask InitializeAsync()
        {
            var seed = Path.Combine(_folder, "seed.json");
            await File.WriteAllTextAsync(
                seed,
                """
                {"clients":[
                  {"client_id":"web","client_secret":"4f9c27d81be0653a7f9c27d81be0653b","redirect_uris":["https://web.example/cb"]},
                  {"client_id":"bank","security_profile":"fapi2","redirect_uris":["https://bank.example/cb"],
                   "token_endpoint_auth_method":"private_key_jwt","jwks_uri":"https://bank.example/keys"}]}
                """);
            Assert.Equal(0, (await RunAsync(null, "migrate")).ExitCode);
            var (code, _, errors) = await RunAsync(null, "seed", seed);
            Assert.True(code == 0, errors);
        }

        public ValueTask DisposeAsync()
        {
            Directory.Delete(_folder, recursive: true);
            return default;
        }

        internal Task<(int ExitCode, string Output, string Errors)> RunAsync(string? profile, params string[] args) =>
            ServerProcess.RunAsync(
                profile is null
                    ? [("AUTHSERVER_DATA", Path.Combine(_folder, "data"))]
                    : [("AUTHSERVER_DATA", Path.Combine(_folder, "data")), ("SECURITY_PROFILE", profile)],
                args);
    }

    [Fact]
    public async Task What_a_registration_gets_wrong_is_told_in_words_with_the_cure()
    {
        var (code, output, _) = await RunAsync(null, "clients", "check", "web");
        Assert.Equal(0, code);
        Assert.Contains("web names no security profile: SECURITY_PROFILE holds it to oauth2.1", output, StringComparison.Ordinal);
        Assert.Contains("oidc-basic: fits", output, StringComparison.Ordinal);
        Assert.Contains("oauth2.1: fits", output, StringComparison.Ordinal);
        Assert.Contains("the app then sends code_challenge", output, StringComparison.Ordinal);
        Assert.Contains("fapi2: does not fit", output, StringComparison.Ordinal);
        Assert.Contains("token_endpoint_auth_method must not be client_secret_basic", output, StringComparison.Ordinal);
        Assert.Contains("private_key_jwt", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_exit_code_says_whether_it_fits_the_profile_that_was_named_or_its_own()
    {
        Assert.Equal(0, (await RunAsync(null, "clients", "check", "bank")).ExitCode);
        Assert.Equal(0, (await RunAsync(null, "clients", "check", "bank", "--profile", "fapi2-message-signing")).ExitCode);
        Assert.Equal(0, (await RunAsync(null, "clients", "check", "web", "--profile", "oidc-basic")).ExitCode);
        Assert.Equal(65, (await RunAsync(null, "clients", "check", "web", "--profile=fapi2")).ExitCode);
        var (code, output, _) = await RunAsync("fapi2", "clients", "check", "web");
        Assert.Equal(65, code);
        Assert.Contains("SECURITY_PROFILE holds it to fapi2", output, StringComparison.Ordinal);
        Assert.Contains("its requests are refused", output, StringComparison.Ordinal);

        Assert.Equal(65, (await RunAsync(null, "clients", "check", "nobody")).ExitCode);
        Assert.Equal(64, (await RunAsync(null, "clients", "check")).ExitCode);
        Assert.Equal(64, (await RunAsync(null, "clients", "check", "web", "--profile", "fapi3")).ExitCode);
        Assert.Equal(0, (await RunAsync(null, "clients", "check", "--help")).ExitCode);
    }

    [Fact]
    public async Task A_program_reads_the_same_as_JSON()
    {
        var (code, output, _) = await RunAsync(null, "clients", "check", "web", "--profile", "fapi2", "--json");
        Assert.Equal(65, code);
        var json = JsonElement.Parse(output);
        Assert.Equal("web", json.GetProperty("client_id").GetString());
        var profile = Assert.Single(json.GetProperty("profiles").EnumerateArray());
        Assert.Equal(("fapi2", false), (profile.GetProperty("profile").GetString(), profile.GetProperty("fits").GetBoolean()));
        Assert.Equal("token_endpoint_auth_method", profile.GetProperty("faults")[0].GetProperty("member").GetString());
        Assert.NotEmpty(profile.GetProperty("changes").EnumerateArray());
        Assert.Equal(4, JsonElement.Parse((await RunAsync(null, "clients", "check", "bank", "--json")).Output)
            .GetProperty("profiles").GetArrayLength());
    }

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(string? profile, params string[] args) =>
        fixture.RunAsync(profile, args);
}
