using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.Data.Sqlite;

namespace AuthServer.IntegrationTests.Starting;

public sealed class CommandTests : IDisposable
{
    private readonly string _data = Path.Combine(Path.GetTempPath(), $"data-{Guid.CreateVersion7():N}");
    private readonly string _address = ServerProcess.FreeAddress();

    public void Dispose()
    {
        if (Directory.Exists(_data)) Directory.Delete(_data, recursive: true);
    }

    [Theory]
    [InlineData("help")]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("serve", "--help")]
    [InlineData("migrate", "--help")]
    [InlineData("seed", "--help")]
    [InlineData("keys", "--help")]
    [InlineData("keys", "rotate", "--help")]
    [InlineData("keys", "list", "--help")]
    [InlineData("keys", "revoke", "--help")]
    [InlineData("keys", "rewrap", "--help")]
    public async Task Help_is_printed_and_nothing_is_done(params string[] arguments)
    {
        var (exit, output, _) = await RunAsync(arguments);
        Assert.Equal(0, exit);
        Assert.StartsWith("AuthServer", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_data));
    }

    [Fact]
    public async Task The_version_is_printed() => Assert.Matches(@"^AuthServer \d+\.\d+\.\d+$", (await RunAsync("version")).Output);

    [Theory]
    [InlineData("sevre")]
    [InlineData("serve", "now")]
    [InlineData("keys")]
    [InlineData("seed")]
    [InlineData("keys", "rotate", "soon")]
    [InlineData("keys", "revoke")]
    [InlineData("keys", "revoke", "one", "two")]
    [InlineData("keys", "forget")]
    [InlineData("migrate", "twice")]
    public async Task What_is_no_command_is_answered_with_help(params string[] arguments)
    {
        var (exit, _, errors) = await RunAsync(arguments);
        Assert.Equal(64, exit);
        Assert.Contains("AuthServer", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_data));
    }

    [Theory]
    [InlineData("keys", "forget")]
    [InlineData("db", "encrypt")]
    [InlineData("backup", "made")]
    [InlineData("clients", "secret")]
    [InlineData("resources", "show")]
    public async Task A_group_says_which_word_it_does_not_know_and_parts_its_commands(string group, string word)
    {
        var (exit, _, errors) = await RunAsync(group, word);
        Assert.Equal(64, exit);
        Assert.StartsWith($"\"{group} {word}\" is not a command.", errors, StringComparison.Ordinal);
        Assert.Contains($"\n\nAuthServer {group} ", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("keys", "rotate", "--now")]
    [InlineData("keys", "list")]
    [InlineData("keys", "rewrap")]
    [InlineData("keys", "revoke", "--yes", "--kid=-x")]
    public async Task Keys_are_not_changed_where_there_is_no_database(params string[] arguments)
    {
        var (exit, _, errors) = await RunAsync(arguments);
        Assert.Equal(78, exit);
        Assert.Contains($"there is no database in {_data}", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_data));
    }

    [Fact]
    public async Task A_seed_makes_the_embedded_database_that_a_server_goes_on_with()
    {
        using var file = new TempFile(
            """{"scopes":[{"name":"notes:read","description":"Read notes","resources":["https://notes.example"]}]}""");
        var (exit, output, errors) = await RunAsync("seed", file.Path);
        Assert.True(exit == 0, errors);
        Assert.Contains($"SQLite, {_data}/auth.db (new)", output, StringComparison.Ordinal);
        Assert.Contains("There was no database in this directory", output, StringComparison.Ordinal);
        await using var server = ServerProcess.Start([("AUTHSERVER_DATA", _data)], "--urls", _address);
        await server.ReadyAsync(_address);
        Assert.Contains("https://notes.example", await ResourcesOfAsync("notes:read"), StringComparison.Ordinal);
        // The built-in scopes follow the address of the server, which the command did not know.
        Assert.Contains($"{_address}/v1", await ResourcesOfAsync("account:read"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_migration_makes_the_embedded_database_that_a_server_goes_on_with()
    {
        var (exit, output, errors) = await RunAsync("migrate");
        Assert.True(exit == 0, errors);
        Assert.Contains($"SQLite, {_data}/auth.db (new)", output, StringComparison.Ordinal);
        Assert.Contains("Applied: ", output, StringComparison.Ordinal);
        var (again, second, _) = await RunAsync("migrate");
        Assert.Equal(0, again);
        Assert.DoesNotContain("(new)", second, StringComparison.Ordinal);
        await using var server = ServerProcess.Start([("AUTHSERVER_DATA", _data)], "--urls", _address);
        await server.ReadyAsync(_address);
    }

    [Fact]
    public async Task Keys_are_rotated_beside_a_running_server_and_the_directory_is_named()
    {
        await using var server = ServerProcess.Start([("AUTHSERVER_DATA", _data)], "--urls", _address);
        await server.ReadyAsync(_address);
        var (exit, output, _) = await RunAsync("keys", "rotate");
        Assert.Equal(0, exit);
        Assert.Contains(", in use from ", output, StringComparison.Ordinal);
        var (_, announced, _) = await RunAsync("keys", "list", "--json");
        Assert.Equal(4, JsonElement.Parse(announced).EnumerateArray().Count(k => k.GetProperty("state").GetString() == "announced"));
        (exit, output, _) = await RunAsync("keys", "rotate", "--now", "--json");
        Assert.Equal(0, exit);
        Assert.Equal(2, JsonElement.Parse(output).GetArrayLength());
        var (done, rewrapped, _) = await RunAsync("keys", "rewrap", "--json");
        Assert.Equal(0, done);
        Assert.Equal(0, JsonElement.Parse(rewrapped).GetProperty("rewrapped").GetInt32());
        (exit, output, _) = await RunAsync("keys", "rotate", "--now");
        Assert.Equal(0, exit);
        Assert.Contains($"SQLite, {_data}/auth.db", output, StringComparison.Ordinal);
        Assert.Contains("Published: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_are_listed_and_revoked_beside_a_running_server_after_a_question()
    {
        await using var server = ServerProcess.Start([("AUTHSERVER_DATA", _data)], "--urls", _address);
        await server.ReadyAsync(_address);
        var (_, output, _) = await RunAsync("keys", "list", "--json");
        var keys = JsonElement.Parse(output).EnumerateArray().ToList();
        Assert.Equal(
            ["A256KW", "ES256", "HS256", "RS256", "pairwise"],
            keys.Select(k => k.GetProperty("alg").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(keys, k => Assert.Equal("active", k.GetProperty("state").GetString()));

        // A name may begin with a dash.
        var kid = "-" + keys.Single(k => k.GetProperty("alg").GetString() == "ES256").GetProperty("kid").GetString()![1..];
        var (missing, _, said) = await RunAsync("keys", "revoke", "--yes", "--", kid);
        Assert.True(missing == 65, said);
        Assert.Contains(kid, said, StringComparison.Ordinal);

        kid = keys.Single(k => k.GetProperty("alg").GetString() == "ES256").GetProperty("kid").GetString()!;
        var (asked, loss, errors) = await RunAsync("keys", "revoke", "--kid=" + kid);
        Assert.Equal(64, asked);
        Assert.Contains("access tokens that it signed are refused", loss, StringComparison.Ordinal);
        Assert.Contains("--yes", errors, StringComparison.Ordinal);
        Assert.Contains(kid, (await RunAsync("keys", "list")).Output, StringComparison.Ordinal);

        var (done, revoked, why) = await RunAsync("keys", "revoke", "--kid=" + kid, "--yes");
        Assert.True(done == 0, why);
        Assert.Contains("In use: ", revoked, StringComparison.Ordinal);
        using var http = new HttpClient();
        var published = new Uri(_address + "/.well-known/jwks");
        await Eventually.UntilAsync(
            "the key is published no more", async () => !(await http.GetStringAsync(published)).Contains(kid, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_rotated_with_another_secret()
    {
        await using var server = ServerProcess.Start([("AUTHSERVER_DATA", _data)], "--urls", _address);
        await server.ReadyAsync(_address);
        var (exit, _, errors) = await ServerProcess.RunAsync(
            [("AUTHSERVER_DATA", _data), ("JWT_SECRET", "9zJ7mC1n0b2WfE3QxVtR8yKpLsA5uHgD4oIi6TqZrXk=")], "keys", "rotate", "--now");
        Assert.Equal(78, exit);
        Assert.Contains("JWT_SECRET", errors, StringComparison.Ordinal);
        Assert.Contains("nothing was changed", errors, StringComparison.Ordinal);
        Assert.Equal(5, JsonElement.Parse((await RunAsync("keys", "list", "--json")).Output).GetArrayLength());
    }

    [Fact]
    public async Task A_seed_beside_a_running_server_leaves_its_address_alone()
    {
        await using var server = ServerProcess.Start([("AUTHSERVER_DATA", _data)], "--urls", _address);
        await server.ReadyAsync(_address);
        var file = Path.Combine(_data, "seed.json");
        await File.WriteAllTextAsync(
            file, """{"scopes":[{"name":"notes:read","description":"Read notes","resources":["https://notes.example"]}]}""");
        var (exit, output, errors) = await RunAsync("seed", file);
        Assert.True(exit == 0, errors);
        Assert.Contains("scopes 1 created", output, StringComparison.Ordinal);
        Assert.Contains($"{_address}/v1", await ResourcesOfAsync("account:read"), StringComparison.Ordinal);
        Assert.Contains("https://notes.example", await ResourcesOfAsync("notes:read"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_seed_file_is_refused_with_its_line()
    {
        await using var server = ServerProcess.Start([("AUTHSERVER_DATA", _data)], "--urls", _address);
        await server.ReadyAsync(_address);
        var file = Path.Combine(_data, "seed.json");
        await File.WriteAllTextAsync(file, "{\n  \"scope\": []\n}");
        var (exit, _, errors) = await RunAsync("seed", file);
        Assert.Equal(65, exit);
        Assert.Contains("line 2", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_misspelt_setting_stops_every_command()
    {
        var (exit, _, errors) = await ServerProcess.RunAsync([("AUTHSERVER_DTA", _data)]);
        Assert.Equal(78, exit);
        Assert.Contains("did you mean AUTHSERVER_DATA", errors, StringComparison.Ordinal);
    }

    private async Task<string> ResourcesOfAsync(string scope)
    {
        await using var connection = new SqliteConnection(EncryptedSqlite.ConnectionString(_data));
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT resources FROM scopes WHERE name = $name";
        command.Parameters.AddWithValue("$name", scope);
        return ((string)(await command.ExecuteScalarAsync())!).Replace("\\/", "/", StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) =>
        ServerProcess.RunAsync([("AUTHSERVER_DATA", _data)], arguments);
}
