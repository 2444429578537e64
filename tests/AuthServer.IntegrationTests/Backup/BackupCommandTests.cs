using System.Text.Json;
using AuthServer.Configuration;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Backup;

/// <summary>The commands as an operator runs them, on the embedded database.</summary>
public sealed class BackupCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("backup-command-");
    private readonly string _address = ServerProcess.FreeAddress();

    private string Data => Path.Combine(_folder.FullName, "data");

    private string Secrets => Path.Combine(Data, "secrets.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_backup_of_a_running_server_is_restored_on_another_machine()
    {
        string name;
        await using (var server = ServerProcess.Start([("AUTHSERVER_DATA", Data), ("AUTHSERVER_SEED", Seed.File)], "--urls", _address))
        {
            await server.ReadyAsync(_address);
            var (made, output, errors) = await RunAsync("backup", "create", "--json");
            Assert.True(made == 0, errors);
            name = JsonElement.Parse(output).GetProperty("name").GetString()!;
            Assert.Contains(name, (await RunAsync("backup", "list")).Output, StringComparison.Ordinal);
            // Restoring wants it stopped, and says so.
            var (running, _, said) = await RunAsync("backup", "restore", name, "--replace", "--yes");
            Assert.Equal(69, running);
            Assert.Contains("stop the server", said, StringComparison.Ordinal);
            await server.StopAsync();
        }

        var (verified, whole, why) = await RunAsync("backup", "verify", name);
        Assert.True(verified == 0, why);
        Assert.Matches(@"users +\d", whole);
        var file = Path.Combine(Data, "backups", name);

        // The database has data: nothing is lost without --replace and a yes.
        var before = await File.ReadAllBytesAsync(Path.Combine(Data, "auth.db"));
        var (refused, _, full) = await RunAsync("backup", "restore", file);
        Assert.Equal(65, refused);
        Assert.Contains("users", full, StringComparison.Ordinal);
        Assert.Equal(64, (await RunAsync("backup", "restore", file, "--replace")).ExitCode);
        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(Data, "auth.db")));
        Assert.Equal(0, (await RunAsync("backup", "restore", file, "--replace", "--yes")).ExitCode);

        // Another machine, first without the secrets.
        var other = Path.Combine(_folder.FullName, "other");
        var (without, _, missing) = await ServerProcess.RunAsync([("AUTHSERVER_DATA", other)], "backup", "restore", file);
        Assert.Equal(78, without);
        Assert.Contains("secrets.json is missing, and a backup holds no secrets", missing, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(other, "auth.db")));
        File.Copy(Secrets, Path.Combine(other, "secrets.json"));
        var (restored, there, wrong) = await ServerProcess.RunAsync([("AUTHSERVER_DATA", other)], "backup", "restore", file);
        Assert.True(restored == 0, wrong);
        Assert.Contains("compared table by table", there, StringComparison.Ordinal);
        await using var next = ServerProcess.Start([("AUTHSERVER_DATA", other)], "--urls", _address);
        await next.ReadyAsync(_address);
        Assert.True(
            (await new Browser(Issuer.At(new Uri(_address))).SignInAsync(Seed.Alice)).Status == System.Net.HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_backup_is_named_in_the_place_that_is_named()
    {
        Assert.Equal(0, (await RunAsync("migrate")).ExitCode);
        var place = Path.Combine(_folder.FullName, "elsewhere");
        Assert.Equal(0, (await RunAsync("backup", "create", "--to", place)).ExitCode);
        var name = Path.GetFileName(Directory.GetFiles(place).Single());
        foreach (var command in new[] { "verify", "rekey" })
        {
            var (exit, _, errors) = await RunAsync("backup", command, name, "--to", place);
            Assert.True(exit == 0, errors);
            Assert.Equal(65, (await RunAsync("backup", command, name)).ExitCode);
        }

        Assert.Equal(65, (await RunAsync("backup", "restore", name, $"--to={place}")).ExitCode);
        Assert.Equal(0, (await RunAsync("backup", "restore", name, $"--to={place}", "--replace", "--yes")).ExitCode);
        Assert.Equal(64, (await RunAsync("backup", "restore", name, "--to", place, "--into-empty", "--replace", "--yes")).ExitCode);
        foreach (var empty in new[] { "--to=", "--to" })
            Assert.Equal(64, (await RunAsync("backup", "list", empty)).ExitCode);
    }

    /// <summary>There the container is validated as a whole.</summary>
    [Theory]
    [InlineData("backup", "list")]
    [InlineData("backup", "create")]
    [InlineData("db", "rekey")]
    public async Task Commands_run_in_Development_too(params string[] command)
    {
        Assert.Equal(0, (await RunAsync("migrate")).ExitCode);
        var (exit, _, errors) = await ServerProcess.RunAsync(
            [("AUTHSERVER_DATA", Data), ("ASPNETCORE_ENVIRONMENT", "Development")], command);
        Assert.True(exit == 0, errors);
    }

    [Fact]
    public async Task One_backup_that_cannot_be_read_keeps_no_other_from_its_new_key()
    {
        Assert.Equal(0, (await RunAsync("migrate")).ExitCode);
        for (var i = 0; i < 2; i++) Assert.Equal(0, (await RunAsync("backup", "create")).ExitCode);
        var folder = Path.Combine(Data, "backups");
        var first = Directory.GetFiles(folder).Order(StringComparer.Ordinal).Last();
        File.Delete(first);
        // Listed first, and opening it fails.
        File.CreateSymbolicLink(first, Path.Combine(folder, "nowhere"));
        var (exit, output, errors) = await RunAsync("backup", "rekey", "--all");
        Assert.Equal(65, exit);
        Assert.Contains("could not be read or written", errors, StringComparison.Ordinal);
        Assert.Contains("Encrypted with BACKUP_KEY: 1 in", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_secrets_and_another_key_are_named_and_nothing_is_written()
    {
        await using (var server = ServerProcess.Start([("AUTHSERVER_DATA", Data)], "--urls", _address))
        {
            await server.ReadyAsync(_address);
            Assert.Equal(0, (await RunAsync("backup", "create")).ExitCode);
            await server.StopAsync();
        }

        var file = Directory.GetFiles(Path.Combine(Data, "backups")).Single();
        var kept = JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllTextAsync(Secrets))!;
        foreach (var key in new[] { "SECRET_KEY", "JWT_SECRET", "BACKUP_KEY" })
        {
            var other = Directory.CreateDirectory(Path.Combine(_folder.FullName, key)).FullName;
            var secrets = new Dictionary<string, string>(kept) { [key] = SecretText.New() };
            await File.WriteAllTextAsync(Path.Combine(other, "secrets.json"), JsonSerializer.Serialize(secrets));
            var (exit, _, errors) = await ServerProcess.RunAsync([("AUTHSERVER_DATA", other)], "backup", "restore", file);
            Assert.Equal(key == "BACKUP_KEY" ? 65 : 78, exit);
            Assert.Contains(key, errors, StringComparison.Ordinal);
            Assert.False(File.Exists(Path.Combine(other, "auth.db")), key);
            Assert.False(Directory.Exists(Path.Combine(other, "auth.db.restore")), key);
        }
    }

    [Fact]
    public async Task All_backups_get_a_new_key()
    {
        Assert.Equal(0, (await RunAsync("migrate")).ExitCode);
        for (var i = 0; i < 2; i++) Assert.Equal(0, (await RunAsync("backup", "create")).ExitCode);
        var former = JsonElement.Parse(await File.ReadAllTextAsync(Secrets)).GetProperty("BACKUP_KEY").GetString()!;
        var next = SecretText.New();
        var files = Directory.GetFiles(Path.Combine(Data, "backups"));
        var (without, _, errors) = await RunWithAsync([("BACKUP_KEY", next)], "backup", "rekey", "--all");
        Assert.Equal(65, without);
        Assert.Contains("WrongKey", errors, StringComparison.Ordinal);
        var (exit, output, why) = await RunWithAsync(
            [("BACKUP_KEY", next), ("BACKUP_KEY_PREVIOUS", former)], "backup", "rekey", "--all", "--json");
        Assert.True(exit == 0, why);
        Assert.Equal(2, JsonElement.Parse(output).GetArrayLength());
        foreach (var file in files)
        {
            Assert.Equal(0, (await RunWithAsync([("BACKUP_KEY", next)], "backup", "verify", file)).ExitCode);
            Assert.Equal(65, (await RunAsync("backup", "verify", file)).ExitCode);
        }
    }

    [Fact]
    public async Task What_is_no_backup_is_named()
    {
        Assert.Equal(0, (await RunAsync("migrate")).ExitCode);
        var file = Path.Combine(_folder.FullName, "x.apbackup");
        Assert.Contains("There is no such backup", (await RunAsync("backup", "verify", file)).Errors, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, new string('x', 5000));
        Assert.Contains("NotABackup", (await RunAsync("backup", "verify", file)).Errors, StringComparison.Ordinal);
        Assert.Equal(64, (await RunAsync("backup", "verify")).ExitCode);
        Assert.Equal(64, (await RunAsync("backup", "forget")).ExitCode);
        Assert.Equal(0, (await RunAsync("backup", "--help")).ExitCode);
        // What a restore that was killed has left goes with the next start.
        var left = Directory.CreateDirectory(Path.Combine(Data, "auth.db.restore")).FullName;
        Assert.Equal(0, (await RunAsync("migrate")).ExitCode);
        Assert.False(Directory.Exists(left));
        Assert.Equal(69, (await RunAsync("backup", "create", "--to", "/proc/nowhere")).ExitCode);
    }

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments) => RunWithAsync([], arguments);

    private Task<(int ExitCode, string Output, string Errors)> RunWithAsync(
        (string, string)[] environment, params string[] arguments) =>
        ServerProcess.RunAsync([("AUTHSERVER_DATA", Data), .. environment], arguments);
}
