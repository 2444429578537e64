using AuthServer.Data.Changes;
using AuthServer.Data.Starting;
using AuthServer.Backup.Databases;
using AuthServer.Backup.Format;
using AuthServer.Backup.Rows;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace AuthServer.IntegrationTests.Backup;

/// <summary>Backups of earlier and of later versions.</summary>
public sealed class EarlierSchemaTests
{
    private static readonly string[] Earlier = ["Initial", "JsonApi"], Later = ["Initial", "JsonApi", "SeedMarks", "Resources", "Tomorrow"];

    [Theory]
    [InlineData(DatabaseKind.Sqlite, DatabaseKind.Sqlite, true)]
    [InlineData(DatabaseKind.Sqlite, DatabaseKind.Postgres, false)]
    [InlineData(DatabaseKind.Postgres, DatabaseKind.Sqlite, false)]
    [InlineData(DatabaseKind.Postgres, DatabaseKind.Postgres, true)]
    public async Task A_backup_of_an_earlier_version_is_restored_and_migrated(DatabaseKind from, DatabaseKind to, bool migrated)
    {
        using var earlier = await MakeEarlierAsync(from);
        using var backup = new MemoryStream(await BackUpAsync(earlier, Earlier));
        using var target = await TestDatabase.CreateAsync(to, migrated);
        await BackupCopies.RestoreAsync(backup, target);
        await using var context = target.OpenContext();
        Assert.Empty(await context.Database.GetPendingMigrationsAsync());
        Assert.Equal("planted", (await context.Roles.SingleAsync()).Name);
        Assert.Equal(0, await context.Resources.CountAsync());
        Assert.Equal("backup.restored", (await context.AuditEvents.SingleAsync()).Kind);
        // What other SQL clients rely on is there again.
        if (to == DatabaseKind.Sqlite) return;
        Assert.Equal(2 + KeptTables.All.Count, await context.Database.SqlQuery<int>(
            $"SELECT count(*)::int AS \"Value\" FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'").SingleAsync());
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite)]
    [InlineData(DatabaseKind.Postgres)]
    public async Task A_backup_of_a_later_version_is_refused_by_name_and_changes_nothing(DatabaseKind kind)
    {
        using var earlier = await MakeEarlierAsync(kind);
        using var backup = new MemoryStream(await BackUpAsync(earlier, Later));
        using var target = await TestDatabase.CreateAsync(kind);
        var before = await BackupCopies.TotalsAsync(target);
        var refused = await Assert.ThrowsAsync<BackupRefusedException>(() => BackupCopies.RestoreAsync(backup, target));
        Assert.Equal(BackupFault.NewerSchema, refused.Fault);
        Assert.Contains("Tomorrow", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, await BackupCopies.TotalsAsync(target));
    }

    [Fact]
    public async Task What_an_operator_has_granted_on_the_tables_stays()
    {
        using var source = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        using var backup = new MemoryStream(await BackUpAsync(
            source, [.. MigrationNames.Postgres.Select(SchemaPath.NameOf)], [.. BackupTables.All]));
        using var target = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        await using var context = target.OpenContext();
        await context.Database.ExecuteSqlAsync($"GRANT SELECT ON users TO PUBLIC");
        await BackupCopies.RestoreAsync(backup, target);
        Assert.True(await context.Database.SqlQuery<bool>(
            $"SELECT relacl::text LIKE '%=r/%' AS \"Value\" FROM pg_class WHERE relname = 'users'").SingleAsync());
    }

    private static async Task<TestDatabase> MakeEarlierAsync(DatabaseKind kind)
    {
        var database = await TestDatabase.CreateAsync(kind, migrated: false);
        if (kind == DatabaseKind.Sqlite) AuthServer.Data.Encryption.FileRewrite.Create(BackupCopies.FileOf(database));
        await using var context = database.OpenContext();
        await context.GetService<IMigrator>().MigrateAsync("JsonApi");
        context.Roles.Add(new("planted"));
        await context.SaveChangesAsync();
        return database;
    }

    /// <summary>The tables that there were then, with the columns that they had.</summary>
    private static async Task<BackupTable[]> ThenAsync(TestDatabase database)
    {
        await using var context = database.OpenContext();
        var there = (database.Kind == DatabaseKind.Postgres
            ? await context.Database.SqlQuery<string>(
                $"SELECT table_name || '.' || column_name AS \"Value\" FROM information_schema.columns WHERE table_schema = 'public'")
                .ToListAsync()
            : await context.Database.SqlQuery<string>(
                $"SELECT t.name || '.' || c.name AS \"Value\" FROM sqlite_master t JOIN pragma_table_info(t.name) c").ToListAsync())
            .ToHashSet(StringComparer.Ordinal);
        return [.. from table in BackupTables.All
            let columns = table.Columns.Where(c => there.Contains($"{table.Name}.{c.Name}")).ToArray()
            where columns.Length > 0 select new BackupTable(table.Name, columns)];
    }

    private static async Task<byte[]> BackUpAsync(TestDatabase database, string[] schema, BackupTable[]? tables = null)
    {
        await using var postgres = database.Kind == DatabaseKind.Postgres ? NpgsqlDataSource.Create(database.ConnectionString) : null;
        await using ITableSource source = postgres is null
            ? SqliteSource.Open(BackupCopies.FileOf(database)) : await PostgresSource.OpenAsync(postgres, CancellationToken.None);
        var head = BackupHead.New(new(
            TimeProvider.System.GetUtcNow().UtcDateTime, "AuthServer 0.1.0", "test", schema, BackupDescription.Brotli, ChunkSize: 4096));
        using var stream = new MemoryStream();
        await head.WriteAsync(stream, BackupCopies.Options.RequireKeys(), CancellationToken.None);
        await using var payload = new PayloadWriter(stream, head);
        foreach (var table in tables ?? await ThenAsync(database))
        {
            await payload.WriteAsync(
                table, sink => source.ReadAsync(table, sink, CancellationToken.None), progress: null, CancellationToken.None);
        }

        await payload.CompleteAsync(CancellationToken.None);
        return stream.ToArray();
    }
}
