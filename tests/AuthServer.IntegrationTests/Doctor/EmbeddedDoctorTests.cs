using System.Security.Cryptography;
using AuthServer.Configuration;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Doctor;

/// <summary>`AuthServer doctor` on the embedded default, at real data directories.</summary>
public sealed class EmbeddedDoctorTests : IDisposable
{
    private readonly string _data = Path.Combine(Path.GetTempPath(), $"doctor-{Guid.CreateVersion7():N}");
    private readonly string _address = ServerProcess.FreeAddress();

    public void Dispose()
    {
        if (Directory.Exists(_data)) Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task It_is_content_beside_a_server_and_after_a_kill_and_changes_no_file()
    {
        await using (var server = Start())
        {
            await server.ReadyAsync(_address);
            Good(await RunAsync());
        }
        // The log of a killed server is left to the next start.
        Assert.True(File.Exists(Path.Combine(_data, "auth.db-wal")));
        var files = Files();
        Good(await RunAsync());
        Assert.Equal(files, Files());
        await using (var server = Start())
        {
            await server.ReadyAsync(_address);
            await server.StopAsync();
        }
        Assert.False(File.Exists(Path.Combine(_data, "auth.db-wal")));
        files = Files();
        Good(await RunAsync());
        Assert.Equal(files, Files());

        static void Good(DoctorRun run)
        {
            run.HasNone("wrong");
            run.Has("Encryption", "ok", "is encrypted with SECRET_KEY");
            run.Has("Database", "ok", "the schema is that of this version");
            run.Has("Keys", "ok", "ES256");
            Assert.Equal((0, "warning"), (run.ExitCode, run.Verdict));
        }
    }

    [Fact]
    public async Task Before_the_first_start_it_makes_nothing()
    {
        var run = await RunAsync();
        run.HasNone("wrong");
        run.Has("Database", "skipped", "there is no database yet");
        Assert.False(Directory.Exists(_data));

        // A first start would take the secrets that are there.
        run = await RunAsync(("SECRET_KEY", SecretText.New()), ("JWT_SECRET", SecretText.New()));
        run.Has("Secrets", "ok", "are set, and differ");
        run.Has("Database", "skipped", "is not there yet; the first start of the server makes it");
        await MigrateAsync();
        File.Delete(Path.Combine(_data, "auth.db"));
        run = await RunAsync();
        run.Has("Secrets", "ok", "are set, and differ");
        run.Has("Database", "skipped", "is not there yet; the first start of the server makes it");
    }

    [Fact]
    public async Task The_certificate_of_this_machine_is_looked_at_with_the_flag_of_the_server()
    {
        (await RunAsync(["--https"])).Has("Certificate", "skipped", "the start makes one");
        var https = ServerProcess.FreeAddress("localhost").Replace("http:", "https:", StringComparison.Ordinal);
        await using (var server = ServerProcess.Start([("AUTHSERVER_DATA", _data)], "--https", "--urls", $"{https};{_address}"))
            await server.ReadyAsync(_address);
        var run = await RunAsync(["--https"]);
        run.HasNone("wrong");
        run.Has("Certificate", "ok", "is valid until");
    }

    [Fact]
    public async Task Every_refused_setting_is_told_at_once_and_the_rest_is_looked_at()
    {
        await MigrateAsync();
        var run = await RunAsync(
            ("DATABASE_POOL_SIZE", "many"), ("AUTHSERVER_NONSENSE", "1"), ("API_BASE_URL", "http://id.example.com"), ("REDIS_URL", "x"),
            ("BRAND_NAMES", "x"), ("SIGNING_KEYS", "/nowhere.pem"));
        Assert.Equal((1, "wrong"), (run.ExitCode, run.Verdict));
        run.Has("Configuration", "wrong", "DATABASE_POOL_SIZE: \"many\"");
        run.Has("Configuration", "wrong", "AUTHSERVER_NONSENSE: is not a setting of this server");
        run.Has("Configuration", "wrong", "API_BASE_URL");
        run.Has("Configuration", "wrong", "REDIS_URL");
        run.Has("Configuration", "warning", "BRAND_NAMES is not a setting of this server. Did you mean BRAND_NAME");
        run.Has("Redis", "skipped", "REDIS_URL is refused");
        run.Has("Signing keys", "wrong", "/nowhere.pem");
        run.Has("Encryption", "ok", "is encrypted with SECRET_KEY");

        // A refused address does not lead to another database.
        run = await RunAsync(("DATABASE_URL", "postgresql://a:hunter2@b/c?sslmode=perhaps"));
        run.Has("Configuration", "wrong", "DATABASE_URL: has the query part");
        run.Has("Database", "skipped", "a setting that it needs is refused");
        run = await RunAsync(("SECRET_KEY", "short"), ("JWT_SECRET", SecretText.New()));
        run.Has("Configuration", "wrong", "SECRET_KEY: is not at least 32 random bytes");
        run.Has("Secrets", "skipped", "one is refused");
    }

    [Fact]
    public async Task What_a_start_refuses_or_warns_about_at_its_https_addresses_is_told()
    {
        var run = await RunAsync(("LOCAL_HTTPS", "true"), ("DATABASE_URL", "postgresql://app:hunter2@127.0.0.1:1/auth"));
        run.Has("Configuration", "wrong", "LOCAL_HTTPS: is set (or --https given) beside DATABASE_URL");
        run = await RunAsync(("LOCAL_HTTPS", "true"), ("ASPNETCORE_URLS", "http://localhost:5080"));
        run.Has("Configuration", "warning", "LOCAL_HTTPS is set, but no listener is https");
        // The files themselves are the matter of another check.
        run = await RunAsync(("TLS_CERTIFICATE_FILE", "/nowhere.pem"), ("TLS_PRIVATE_KEY_FILE", "/nowhere.key"));
        run.Has("Configuration", "warning", "TLS_CERTIFICATE_FILE is set, but no listener is https");
        run.Has("Certificate", "wrong", "there is no file /nowhere.pem");
        Assert.DoesNotContain(run.Findings, f => f is { Check: "Configuration", Verdict: "wrong" });
    }

    [Fact]
    public async Task Lost_secrets_and_another_SECRET_KEY_are_told()
    {
        await MigrateAsync();
        var run = await RunAsync(("SECRET_KEY", SecretText.New()), ("JWT_SECRET", SecretText.New()));
        run.Has("Database", "wrong", "SECRET_KEY: does not open");
        run.Has("Encryption", "wrong", "is encrypted with a secret that is not configured");
        run.Has("Keys", "skipped", "the database cannot be asked");
        File.Delete(Path.Combine(_data, "secrets.json"));
        run = await RunAsync();
        run.Has("Configuration", "wrong", "secrets.json is missing beside an existing database");
        Assert.False(File.Exists(Path.Combine(_data, "secrets.json")));
    }

    [Fact]
    public async Task A_plain_file_and_one_under_the_former_secret_are_told()
    {
        var (former, jwt) = (SecretText.New(), SecretText.New());
        Assert.Equal(0, (await ServerProcess.RunAsync(
            [("AUTHSERVER_DATA", _data), ("SECRET_KEY", former), ("JWT_SECRET", jwt)], "migrate")).ExitCode);
        var run = await RunAsync(
            ("SECRET_KEY", SecretText.New()), ("SECRET_KEY_PREVIOUS", former), ("JWT_SECRET", jwt), ("JWT_SECRET_PREVIOUS", jwt));
        run.Has("Encryption", "warning", "is encrypted with SECRET_KEY_PREVIOUS");
        run.Has("Former secrets", "warning", "SECRET_KEY_PREVIOUS is still needed by ");
        run.Has("Former secrets", "warning", "JWT_SECRET_PREVIOUS is set, and nothing needs it any more");
        run.Has("Secrets", "warning", "JWT_SECRET_PREVIOUS is the current JWT_SECRET");
        run = await RunAsync(("SECRET_KEY", former), ("JWT_SECRET", former));
        run.Has("Secrets", "warning", "SECRET_KEY and JWT_SECRET are the same");

        Directory.Delete(_data, recursive: true);
        await MigrateAsync(("SQLITE_ENCRYPTION", "off"));
        run = await RunAsync(("SQLITE_ENCRYPTION", "off"));
        run.Has("Encryption", "warning", "is plain");
        (await RunAsync()).Has("Database", "wrong", "is not encrypted yet");
    }

    [Fact]
    public async Task Files_that_others_may_read_are_told()
    {
        if (OperatingSystem.IsWindows()) return;
        await MigrateAsync();
        var secrets = Path.Combine(_data, "secrets.json");
        File.SetUnixFileMode(secrets, File.GetUnixFileMode(secrets) | UnixFileMode.GroupRead);
        (await RunAsync()).Has("Files", "warning", "secrets.json may be read by others than its owner");
        File.SetUnixFileMode(_data, File.GetUnixFileMode(_data) | UnixFileMode.OtherExecute);
        var run = await RunAsync();
        run.Has("Files", "wrong", $"{_data} is open to other users");
        Assert.Equal($"chmod 600 {secrets}", run.Has("Files", "wrong", "secrets.json may be read by others").Cure);
    }

    [Fact]
    public async Task People_get_aligned_text_and_scripts_an_exit_code()
    {
        await MigrateAsync();
        var (exit, output, errors) = await ServerProcess.RunAsync([("AUTHSERVER_DATA", _data)], "doctor");
        Assert.Equal((0, ""), (exit, errors));
        Assert.Contains("ok       Encryption", output, StringComparison.Ordinal);
        Assert.Contains("ok       Configuration", output, StringComparison.Ordinal);
        Assert.Contains("warning  Backups         BACKUP_TO is not set", output, StringComparison.Ordinal);
        Assert.Contains("  -> ", output, StringComparison.Ordinal);
        Assert.Equal(2, (await RunAsync(["--strict"])).ExitCode);
        Assert.Equal(0, (await RunAsync(["--strict", "--environment=Development"])).ExitCode);
    }

    private Dictionary<string, string> Files() => Directory.GetFiles(_data)
        // SQLite counts the readers of the log there: it is not kept.
        .Where(f => !f.EndsWith("-shm", StringComparison.Ordinal))
        .ToDictionary(f => f, f => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f))));

    private ServerProcess Start() => ServerProcess.Start([("AUTHSERVER_DATA", _data), ("ASPNETCORE_URLS", _address)]);

    private async Task MigrateAsync(params (string, string)[] settings) =>
        Assert.Equal(0, (await ServerProcess.RunAsync([("AUTHSERVER_DATA", _data), .. settings], "migrate")).ExitCode);

    private Task<DoctorRun> RunAsync(params (string, string)[] settings) => DoctorRun.OfAsync([("AUTHSERVER_DATA", _data), .. settings]);

    private Task<DoctorRun> RunAsync(string[] arguments) => DoctorRun.OfAsync([("AUTHSERVER_DATA", _data)], arguments);
}
