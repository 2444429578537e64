using System.Text.Json;
using AuthServer.Configuration;
using AuthServer.Data.Encryption;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.Data.Sqlite;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>The embedded file at the starts of real processes, and the commands that work on it.</summary>
public sealed class EncryptionTests : IDisposable
{
    private readonly string _data = Path.Combine(Path.GetTempPath(), $"data-{Guid.CreateVersion7():N}");
    private readonly string _address = ServerProcess.FreeAddress();

    private string Database => Path.Combine(_data, EmbeddedFile.FileName);

    public void Dispose()
    {
        if (Directory.Exists(_data)) Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task A_server_leaves_no_file_that_shows_a_person_and_its_commands_read_beside_it()
    {
        await using (var server = Start(("AUTHSERVER_SEED", Seed.File)))
        {
            await server.ReadyAsync(_address);
            using var http = new HttpClient { BaseAddress = new Uri(_address) };
            using var body = new StringContent(
                $$"""{"email":"{{Seed.Alice.Email}}","password":"{{Seed.Alice.Password}}"}""",
                System.Text.Encoding.UTF8, "application/json");
            using var answer = await http.PostAsync(new Uri("/v1/auth/login", UriKind.Relative), body);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
            NothingIsReadable();
            Assert.Contains("active", (await RunAsync("keys", "list")).Output, StringComparison.Ordinal);
            await server.StopAsync();
        }
        NothingIsReadable();

        void NothingIsReadable()
        {
            var files = Directory.GetFiles(_data, "auth.db*");
            Assert.NotEmpty(files);
            foreach (var file in files)
            {
                var bytes = File.ReadAllBytes(file);
                var name = Seed.Alice.Email.Split('@')[0];
                foreach (var text in new[] { Seed.Alice.Email, name, "$argon2id$", "user_sessions", "SQLite format 3" })
                    Assert.True(bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) < 0, $"{text} in {file}");
            }
        }
    }

    [Fact]
    public async Task A_plain_file_is_told_of_and_is_encrypted_when_the_setting_goes()
    {
        await using (var plain = Start(("SQLITE_ENCRYPTION", "off"), ("ASPNETCORE_ENVIRONMENT", "Production")))
        {
            await plain.ReadyAsync(_address);
            Assert.Contains("Warning       SQLITE_ENCRYPTION is off", plain.Output, StringComparison.Ordinal);
            await plain.StopAsync();
        }
        Assert.StartsWith("SQLite format 3", File.ReadAllText(Database)[..16], StringComparison.Ordinal);
        // A command does not do what may take long.
        var (exit, _, errors) = await RunAsync("keys", "list");
        Assert.Equal(78, exit);
        Assert.Contains("is not encrypted yet", errors, StringComparison.Ordinal);

        await using var server = Start();
        await server.ReadyAsync(_address);
        Assert.Contains("is encrypted with SECRET_KEY", server.Output, StringComparison.Ordinal);
        Assert.Contains("active", (await RunAsync("keys", "list")).Output, StringComparison.Ordinal);
        await server.StopAsync();
        (exit, _, errors) = await RunAsync([("SQLITE_ENCRYPTION", "off")], "keys", "list");
        Assert.Equal(78, exit);
        Assert.Contains("db decrypt --to FILE", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_SECRET_KEY_is_named_and_with_the_former_one_the_file_is_encrypted_anew()
    {
        await RunAsync("migrate");
        var before = await File.ReadAllBytesAsync(Database);
        var (secrets, next) = (await File.ReadAllTextAsync(Path.Combine(_data, "secrets.json")), SecretText.New());
        var former = JsonDocument.Parse(secrets).RootElement.GetProperty("SECRET_KEY").GetString()!;
        foreach (var command in new[] { "migrate", "serve" })
        {
            var (exit, _, errors) = await RunAsync([("SECRET_KEY", next), ("ASPNETCORE_URLS", _address)], command);
            Assert.Equal(78, exit);
            Assert.Contains("SECRET_KEY: does not open", errors, StringComparison.Ordinal);
            Assert.Contains("SECRET_KEY_PREVIOUS", errors, StringComparison.Ordinal);
            Assert.Equal(before, await File.ReadAllBytesAsync(Database));
        }

        var (_, rewrapped, left) = await RunAsync([("SECRET_KEY", next), ("SECRET_KEY_PREVIOUS", former)], "keys", "rewrap", "--json");
        Assert.True(JsonDocument.Parse(rewrapped).RootElement.GetProperty("file_under_previous_secret").GetBoolean());
        Assert.Contains("db rekey", left, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync([("SECRET_KEY", next), ("SECRET_KEY_PREVIOUS", former)], "migrate")).ExitCode);
        Assert.Equal(0, (await RunAsync([("SECRET_KEY", next)], "migrate")).ExitCode);
        Assert.Equal(FileState.Current, EncryptedSqlite.File(_data, next).State());
    }

    [Fact]
    public async Task Rekeying_wants_a_stopped_server_and_a_plain_copy_does_not()
    {
        await using var server = Start();
        await server.ReadyAsync(_address);
        var (exit, _, errors) = await RunAsync("db", "rekey");
        Assert.Equal(69, exit);
        Assert.Contains("stop the server", errors, StringComparison.Ordinal);
        var copy = Path.Combine(_data, "copy.db");
        (exit, _, errors) = await RunAsync("db", "decrypt", "--to", copy);
        Assert.True(exit == 0, errors);
        Assert.Equal(5L, Count($"Data Source={copy};Pooling=False"));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(copy));
        Assert.Equal(65, (await RunAsync("db", "decrypt", $"--to={copy}")).ExitCode);
        Assert.Equal(64, (await RunAsync("db", "decrypt")).ExitCode);
        await server.StopAsync();

        var before = await File.ReadAllBytesAsync(Database);
        (exit, var output, errors) = await RunAsync("db", "rekey");
        Assert.True(exit == 0, errors);
        Assert.Contains("fresh keys", output, StringComparison.Ordinal);
        Assert.NotEqual(before[..16], (await File.ReadAllBytesAsync(Database))[..16]);
        Assert.Equal(5L, Count(EncryptedSqlite.ConnectionString(_data)));
        Assert.Equal(78, (await RunAsync([("DATABASE_URL", "postgresql://a:b@127.0.0.1:1/c"), ("SECRET_KEY", SecretText.New()),
            ("JWT_SECRET", SecretText.New()), ("API_BASE_URL", "https://id.example.com")], "db", "rekey")).ExitCode);
    }

    [Theory]
    [InlineData("encrypts")]
    [InlineData("encrypts with another secret")]
    [InlineData("rekeys")]
    public async Task Killed_while_it_writes_the_file_anew_a_process_has_lost_nothing(string what)
    {
        const int Rows = 30000;
        var (former, next) = (SecretText.New(), SecretText.New());
        // What the file is before, and the run that writes it anew.
        var secret = what == "encrypts with another secret" ? next : former;
        (string, string)[] before = [("SECRET_KEY", former), .. what == "encrypts" ? new[] { ("SQLITE_ENCRYPTION", "off") } : []];
        (string, string)[] after = [("SECRET_KEY", secret), .. secret == next ? new[] { ("SECRET_KEY_PREVIOUS", former) } : []];
        string[] command = what == "rekeys" ? ["db", "rekey"] : ["migrate"];
        Assert.Equal(0, (await RunAsync(before, "migrate")).ExitCode);
        await PlantAsync(
            what == "encrypts" ? $"Data Source={Database};Pooling=False" : EncryptedSqlite.ConnectionString(_data, former), Rows);
        var head = await HeadAsync();
        var kills = 0;
        // Each wait is half as long again as the one before: few processes, at moments all over the work.
        for (var wait = 0; ; wait += 10 + wait / 2)
        {
            var writing = ServerProcess.Start([("AUTHSERVER_DATA", _data), .. after], command);
            // From the moment at which the new file grows.
            while (!File.Exists(FileRewrite.Unfinished(Database)) && head == await HeadAsync()) await Task.Delay(1);
            await Task.Delay(wait);
            await writing.DisposeAsync();
            kills++;
            if (head != await HeadAsync()) break;
        }
        Assert.True(kills > 1, "It was never killed in between.");
        Assert.Equal(FileState.Current, EncryptedSqlite.File(_data, secret).State());
        Assert.Equal(0, (await RunAsync(after, "migrate")).ExitCode);
        await using var encrypted = new SqliteConnection(EncryptedSqlite.ConnectionString(_data, secret));
        await encrypted.OpenAsync();
        await using var check = encrypted.CreateCommand();
        check.CommandText = "SELECT (SELECT count(*) FROM planted) || (SELECT integrity_check FROM pragma_integrity_check)";
        Assert.Equal($"{Rows}ok", await check.ExecuteScalarAsync());
        Assert.False(File.Exists(FileRewrite.Unfinished(Database)));
    }

    private async Task<string> HeadAsync()
    {
        var head = new byte[32];
        await using var file = new FileStream(Database, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false);
        return Convert.ToHexString(head);
    }

    private static async Task PlantAsync(string connectionString, int rows)
    {
        await using var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"PRAGMA temp_store=MEMORY; CREATE TABLE planted AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n " +
            $"WHERE i < {rows}) SELECT i, 'planted-' || i AS text, zeroblob(500) AS body FROM n";
        await command.ExecuteNonQueryAsync();
    }

    private static long Count(string connectionString)
    {
        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM keys";
        return (long)command.ExecuteScalar()!;
    }

    private ServerProcess Start(params (string Key, string Value)[] environment) =>
        ServerProcess.Start([("AUTHSERVER_DATA", _data), ("ASPNETCORE_URLS", _address), .. environment]);

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) => RunAsync([], arguments);

    private Task<(int ExitCode, string Output, string Errors)> RunAsync((string, string)[] environment, params string[] arguments) =>
        ServerProcess.RunAsync([("AUTHSERVER_DATA", _data), .. environment], arguments);
}
