using System.Collections.Concurrent;
using AuthServer.Data.Encryption;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>
/// A database that is made once in a test run and copied for each server: migrations, RSA keys and the hashes of passwords take longer than
/// most tests.
/// </summary>
internal sealed class DatabaseTemplate
{
    // Settings that decide what the first start writes.
    private static readonly string[] OfFirstStart = ["SECRET_KEY", "JWT_SECRET", "SIGNING_KEYS", "DATABASE_URL", "AUTHSERVER_DATA"];

    // Before any server of the tests: what it finds was not made in its future.
    private static readonly DateTimeOffset Began = TimeProvider.System.GetUtcNow().AddMinutes(-5);

    private static readonly ConcurrentDictionary<(DatabaseKind Kind, string What), DatabaseTemplate> Made = new();

    private readonly Lazy<Task<(string Name, byte[] File)>> _copy;

    private DatabaseTemplate(Func<Task<TestDatabase>> make) => _copy = new(async () =>
    {
        using var database = await make();
        if (database.Kind == DatabaseKind.Postgres) return (await CloseAsync(database), []);
        // The last connection moves what the log of the file has into the file.
        SqliteConnection.ClearAllPools();
        return ("", await File.ReadAllBytesAsync(Path.Combine(database.Folder, EmbeddedFile.FileName)));
    });

    /// <summary>The tables, and nothing in them.</summary>
    public static DatabaseTemplate Migrated(DatabaseKind kind) => Made.GetOrAdd((kind, "migrated"), _ => new(async () =>
    {
        var database = await TestDatabase.CreateAsync(kind, template: null);
        if (kind == DatabaseKind.Sqlite) FileRewrite.Create(EncryptedSqlite.File(database.Folder, AuthServerHost.SecretKey));
        await using var context = database.OpenContext();
        await context.Database.MigrateAsync();
        return database;
    }));

    /// <summary>What the first start of a server with this setup leaves, as far as it is the same for many; null: an empty one.</summary>
    public static DatabaseTemplate? For(HostSetup setup)
    {
        if (!setup.Migrated) return null;
        var usual = !setup.Fresh && (setup.Time is null || setup.Time.GetUtcNow() > Began)
            && !setup.Settings.Keys.Any(name => OfFirstStart.Any(first => name.StartsWith(first, StringComparison.Ordinal)));
        return usual ? Started(setup.Database, seeded: setup.SeedFile == Seed.File) : Migrated(setup.Database);
    }

    /// <summary>Of the database in the shared cluster.</summary>
    public async Task<string> NameAsync() => (await _copy.Value).Name;

    /// <summary>The whole file of the embedded database.</summary>
    public async Task<byte[]> FileAsync() => (await _copy.Value).File;

    private static DatabaseTemplate Started(DatabaseKind kind, bool seeded) =>
        Made.GetOrAdd((kind, seeded ? "seeded" : "started"), _ => new(async () =>
        {
            var first = new HostSetup(kind) { Time = new FakeTimeProvider(Began), SeedFile = seeded ? Seed.File : null, Fresh = true };
            return await (await AuthServerHost.StartAsync(first)).LeaveAsync();
        }));

    // PostgreSQL copies only a database that nobody is connected to.
    private static async Task<string> CloseAsync(TestDatabase database)
    {
        var cluster = await SharedServers.PostgresAsync();
        var name = new NpgsqlConnectionStringBuilder(database.ConnectionString).Database!;
        await cluster.ExecuteAsync("postgres", $"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false");
        var isLeft = $"SELECT NOT EXISTS (SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}')";
        await Eventually.UntilAsync("nobody is connected to the template", () => cluster.IsAsync("postgres", isLeft));
        return name;
    }
}
