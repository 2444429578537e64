using AuthServer.Configuration;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;
using AuthServer.Keys;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.IntegrationTests.Attacks.Leaks;

/// <summary>
/// Passwords, secrets, tokens and private keys during traffic: what the database, its log, a dump of it, a backup, the server's log,
/// its metrics, and the traces, metrics and logs that it sends show.
/// </summary>
public abstract class LeakTests(DatabaseKind kind)
{
    // An operator who looks for a fault turns everything on.
    private static readonly string[] Categories =
    [
        "Default", "AuthServer", "Microsoft", "Microsoft.AspNetCore", "Microsoft.AspNetCore.Hosting.Diagnostics",
        "Microsoft.AspNetCore.Antiforgery", "Microsoft.AspNetCore.DataProtection", "Microsoft.EntityFrameworkCore",
        "Microsoft.EntityFrameworkCore.Database.Command", "Microsoft.EntityFrameworkCore.Update", "Microsoft.Hosting.Lifetime",
        "Microsoft.EntityFrameworkCore.ChangeTracking", "Microsoft.EntityFrameworkCore.Query", "Microsoft.AspNetCore.Authentication",
        "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Http",
        "Microsoft.AspNetCore.Server.Kestrel.Connections", "OpenIddict", "OpenIddict.Server", "OpenIddict.Server.AspNetCore",
        "OpenIddict.Core",
        "Quartz", "Quartz.Core", "Npgsql", "System",
    ];

    [Fact]
    public async Task Nothing_secret_is_found_where_it_is_stored_copied_or_logged()
    {
        using var cluster = kind == DatabaseKind.Postgres ? await PostgresCluster.StartAsync(durable: true) : null;
        await using var collector = await OtlpReceiver.StartAsync();
        using var database = await TestDatabase.CreateAsync(kind, migrated: false, cluster);
        var (secretKey, jwtSecret, backupKey) = (SecretText.New(), SecretText.New(), SecretText.New());
        database.EncryptedWith(secretKey);
        var (address, management) = (ServerProcess.FreeAddress("localhost"), ServerProcess.FreeAddress());
        (string, string)[] environment =
        [
            .. database.Settings.Select(s => (s.Key, s.Value)), ("API_BASE_URL", address), ("ASPNETCORE_URLS", address),
            ("SECRET_KEY", secretKey), ("JWT_SECRET", jwtSecret), ("BACKUP_KEY", backupKey), ("AUTHSERVER_SEED", Seed.File),
            ("MANAGEMENT_URLS", management), .. collector.Settings,
            .. from category in Categories
               from provider in new[] { "", "__Console", "__OpenTelemetry" }
               select ($"Logging{provider}__LogLevel__{category}", "Trace"),
        ];
        var planted = new Planted();
        foreach (var (name, value) in new[] { ("SECRET_KEY", secretKey), ("JWT_SECRET", jwtSecret), ("BACKUP_KEY", backupKey) })
        {
            planted.Add(name, value);
            planted.Add(name, SecretText.Decode(value, out _)!);
        }

        await using var server = ServerProcess.Start(environment);
        await server.ReadyAsync(address);
        using var operators = new HttpClient { BaseAddress = new Uri(management) };
        // The first look begins the counting.
        await operators.GetStringAsync("/metrics");
        await new LeakTraffic(Issuer.At(new Uri(address)), planted).RunAsync();
        var figures = await operators.GetStringAsync("/metrics") + await operators.GetStringAsync("/health/ready");
        await AddPrivateKeysAsync(database, jwtSecret, planted);

        var found = new List<string>();
        // While the log of the database is not empty.
        SearchFolder(database.Folder, planted, found);
        await SearchBackupAsync(environment, database.Folder, planted, found);
        await server.StopAsync();
        SearchFolder(database.Folder, planted, found);
        if (cluster is not null) await SearchPostgresAsync(database, cluster, planted, found);
        var log = server.Output + server.Errors;
        foreach (var line in new[]
            { "trce: Microsoft.AspNetCore.Routing", "dbug: Microsoft.EntityFrameworkCore", "info: OpenIddict.Server" })
            Assert.Contains(line, log, StringComparison.Ordinal);
        Note(found, "the log", planted.FoundIn(log));
        Assert.Contains("authplatform_sign_ins_total", figures, StringComparison.Ordinal);
        Note(found, "/metrics", planted.FoundIn(figures));
        foreach (var path in new[] { "/v1/traces", "/v1/metrics", "/v1/logs" })
        {
            Assert.NotEmpty(collector.Bodies(path));
            foreach (var body in collector.Bodies(path)) Note(found, path, planted.FoundIn(body));
        }

        Assert.Empty(found);
    }

    /// <summary>The search itself: it finds each value in each form, also across the blocks of a large file.</summary>
    [Fact]
    public void A_value_that_stands_somewhere_is_found()
    {
        const string Value = "a-Value/that+is planted?";
        var planted = new Planted();
        planted.Add("the value", Value);
        var bytes = System.Text.Encoding.UTF8.GetBytes(Value);
        foreach (var text in new[]
        {
            Value, Uri.EscapeDataString(Value), Convert.ToHexString(bytes), Convert.ToHexStringLower(bytes),
            Convert.ToBase64String(bytes), Convert.ToBase64String([1, .. bytes, 2]), Base64UrlEncoder.Encode([1, 2, .. bytes, 3]),
        })
        {
            Assert.True(planted.FoundIn($"before {text} after").Count > 0, text);
        }
        Assert.Empty(planted.FoundIn("a-Value/that+is something else?"));
        using var file = new TempFile([.. new byte[(4 << 20) - 5], .. bytes, .. new byte[100]]);
        Assert.NotEmpty(planted.FoundInFile(file.Path));
    }

    private static void Note(List<string> found, string place, IEnumerable<string> what) =>
        found.AddRange(what.Select(w => $"{w} in {place}"));

    private static async Task AddPrivateKeysAsync(TestDatabase database, string jwtSecret, Planted planted)
    {
        await using var db = database.OpenContext();
        var ring = new RingKeys(new SecretOptions { JwtSecret = SecretText.Decode(jwtSecret, out _)! });
        foreach (var row in await db.Keys.AsNoTracking().ToListAsync())
        {
            if (row.Algorithm is RingKeys.Refresh or RingKeys.Encryption or RingKeys.Subjects)
                planted.Add($"the {row.Algorithm} key", ring.OpenSecret(row).Value);
            else if (row.Algorithm == RingKeys.Es256)
                planted.Add("the ES256 key", ((ECDsaSecurityKey)ring.OpenSigning(row).Credentials.Key).ECDsa.ExportParameters(true).D!);
            else planted.Add("the RS256 key", ((RsaSecurityKey)ring.OpenSigning(row).Credentials.Key).Rsa.ExportParameters(true).P!);
        }
    }

    private void SearchFolder(string folder, Planted planted, List<string> found)
    {
        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
        if (kind == DatabaseKind.Sqlite) Assert.Contains(Path.Combine(folder, "auth.db"), files);
        foreach (var file in files) Note(found, Path.GetFileName(file), planted.FoundInFile(file));
    }

    private static async Task SearchPostgresAsync(TestDatabase database, PostgresCluster cluster, Planted planted, List<string> found)
    {
        await cluster.ExecuteAsync("postgres", "CHECKPOINT");
        foreach (var file in Directory.GetFiles(cluster.Data, "*", SearchOption.AllDirectories))
            Note(found, Path.GetRelativePath(cluster.Data, file), planted.FoundInFile(file));
        var dump = Path.Combine(database.Folder, "dump.sql");
        await cluster.DumpAsync(new Npgsql.NpgsqlConnectionStringBuilder(database.ConnectionString).Database!, dump);
        Assert.Contains("COPY public.user_sessions", await File.ReadAllTextAsync(dump), StringComparison.Ordinal);
        Note(found, "pg_dump", planted.FoundInFile(dump));
        File.Delete(dump);
    }

    private static async Task SearchBackupAsync(
        (string, string)[] environment, string folder, Planted planted, List<string> found)
    {
        var backups = Path.Combine(folder, "backups");
        var (exit, output, errors) = await ServerProcess.RunAsync(environment, "backup", "create", "--to", backups);
        Assert.True(exit == 0, errors + output);
        foreach (var file in Directory.GetFiles(backups)) Note(found, "a backup", planted.FoundInFile(file));
        Note(found, "the words of backup create", planted.FoundIn(output + errors));
    }
}

public sealed class LeakOnSqliteTests() : LeakTests(DatabaseKind.Sqlite);

public sealed class LeakOnPostgresTests() : LeakTests(DatabaseKind.Postgres);
