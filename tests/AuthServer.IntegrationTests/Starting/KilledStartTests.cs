using AuthServer.Configuration;
using AuthServer.Data.Encryption;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.Data.Sqlite;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>A first start that was killed while it migrated: the next one goes on.</summary>
public sealed class KilledStartTests
{
    // Of the time that a whole first start takes.
    private static readonly double[] Moments = [0.5, 0.65, 0.8, 0.95];

    private readonly string _address = ServerProcess.FreeAddress();
    private readonly (string, string)[] _secrets = [("SECRET_KEY", AuthServerHost.SecretKey), ("JWT_SECRET", SecretText.New())];

    [Fact]
    public async Task The_lock_that_a_killed_migration_left_in_the_file_stops_nobody()
    {
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite, migrated: false);
        FileRewrite.Create(EncryptedSqlite.File(database.Folder, AuthServerHost.SecretKey));
        await using (var connection = new SqliteConnection(database.ConnectionString))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            // As EF Core writes it before anything else.
            command.CommandText =
                """
                CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL);
                INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01 00:00:00');
                """;
            await command.ExecuteNonQueryAsync();
        }

        await StartsAsync(database);
    }

    [Fact]
    public async Task A_database_where_only_the_table_of_migrations_is_counts_as_empty()
    {
        var cluster = await SharedServers.PostgresAsync();
        using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres, migrated: false);
        var name = new Npgsql.NpgsqlConnectionStringBuilder(database.ConnectionString).Database!;
        await cluster.ExecuteAsync(
            name, "CREATE TABLE \"__EFMigrationsHistory\" (migration_id varchar(150) PRIMARY KEY, product_version varchar(32) NOT NULL)");
        await StartsAsync(database);
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task Killed_at_any_moment_of_its_first_start_a_server_starts_again(DatabaseKind kind)
    {
        TimeSpan whole;
        using (var first = await TestDatabase.CreateAsync(kind, migrated: false))
        {
            var began = TimeProvider.System.GetTimestamp();
            Assert.Equal(0, (await ServerProcess.RunAsync(Settings(first), "migrate")).ExitCode);
            whole = TimeProvider.System.GetElapsedTime(began);
        }

        foreach (var moment in Moments)
        {
            using var database = await KilledAsync(kind, whole * moment);
            // Each migration is a transaction: PostgreSQL may have the first ones alone, and a start asks before it goes on.
            database.Settings["AUTHSERVER_MIGRATE"] = "true";
            await StartsAsync(database);
        }
    }

    /// <summary>What a process leaves behind that was killed at this moment, or earlier when it has ended by then.</summary>
    private async Task<TestDatabase> KilledAsync(DatabaseKind kind, TimeSpan moment)
    {
        while (true)
        {
            var database = await TestDatabase.CreateAsync(kind, migrated: false);
            await using var migration = ServerProcess.Start(Settings(database), "migrate");
            await Task.Delay(moment);
            if (await migration.KillAsync()) return database;
            database.Dispose();
            moment *= 0.8;
        }
    }

    private async Task StartsAsync(TestDatabase database)
    {
        await using var server = ServerProcess.Start(Settings(database), "--urls", _address);
        await server.ReadyAsync(_address);
        await server.StopAsync();
    }

    private (string, string)[] Settings(TestDatabase database) =>
        [.. database.Settings.Select(s => (s.Key, s.Value)), .. _secrets, ("API_BASE_URL", _address)];
}
