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
    [InlineData("keys", "rotate", "--help")]
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
    [InlineData("keys", "rotate")]
    [InlineData("migrate", "twice")]
    public async Task What_is_no_command_is_answered_with_help(params string[] arguments)
    {
        var (exit, _, errors) = await RunAsync(arguments);
        Assert.Equal(64, exit);
        Assert.Contains("AuthServer", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_data));
    }

    [Theory]
    [InlineData("migrate")]
    [InlineData("seed", "some.json")]
    [InlineData("keys", "rotate", "--now")]
    public async Task A_command_makes_no_data_directory(params string[] arguments)
    {
        var (exit, _, errors) = await RunAsync(arguments);
        Assert.Equal(78, exit);
        Assert.Contains($"there is no database in {_data}", errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_data));
    }

    [Fact]
    public async Task Keys_are_rotated_beside_a_running_server_and_the_directory_is_named()
    {
        await using var server = ServerProcess.Start([("AUTHSERVER_DATA", _data)], "--urls", _address);
        await server.ReadyAsync(_address);
        var (exit, output, _) = await RunAsync("keys", "rotate", "--now");
        Assert.Equal(0, exit);
        Assert.Contains($"SQLite, {_data}/auth.db", output, StringComparison.Ordinal);
        Assert.Contains("Published: ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_seed_beside_a_running_server_leaves_its_address_alone()
    {
        await using var server = ServerProcess.Start([("AUTHSERVER_DATA", _data)], "--urls", _address);
        await server.ReadyAsync(_address);
        var file = Path.Combine(_data, "seed.json");
        await File.WriteAllTextAsync(file, """{"scopes":[{"name":"notes:read","description":"Read notes","resources":["https://notes.example"]}]}""");
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
        await using var connection = new SqliteConnection($"Data Source={_data}/auth.db;Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT resources FROM scopes WHERE name = $name";
        command.Parameters.AddWithValue("$name", scope);
        return ((string)(await command.ExecuteScalarAsync())!).Replace("\\/", "/", StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) =>
        ServerProcess.RunAsync([("AUTHSERVER_DATA", _data)], arguments);
}
