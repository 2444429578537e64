using AuthServer.Backup;
using AuthServer.Backup.Databases;
using AuthServer.Backup.Rows;
using AuthServer.Configuration;
using AuthServer.Data.Encryption;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Keys;
using Npgsql;

namespace AuthServer.IntegrationTests.Backup;

/// <summary>Databases and the copies of them that backups make, in this process.</summary>
internal static class BackupCopies
{
    public const string Key = "pX0vX3z1m0l1Yb2Vw5fS2s0sFQm0kH9Jc1c7vQeYb4M=";

    public static BackupOptions Options { get; } = new() { Key = SecretText.Decode(Key, out _) };

    public static SecretOptions Secrets { get; } = new()
    {
        SecretKey = SecretText.Decode(AuthServerHost.SecretKey, out _)!,
        JwtSecret = SecretText.Decode(AuthServerHost.JwtSecret, out _)!,
    };

    /// <summary>Every table as it stands, with its digest.</summary>
    public static async Task<List<TableTotal>> TotalsAsync(TestDatabase database)
    {
        await using var opened = await OpenAsync(database);
        var totals = new List<TableTotal>();
        foreach (var table in BackupTables.All)
        {
            var sink = new RowSink(output: null);
            await opened.Source.ReadAsync(table, sink, CancellationToken.None);
            totals.Add(sink.Digest.ToTotal(table.Name));
        }

        return totals;
    }

    /// <summary>The same without the rows that a restore adds.</summary>
    public static List<TableTotal> WithoutAudit(IEnumerable<TableTotal> totals) => [.. totals.Where(t => t.Table != "audit_events")];

    public static async Task<BackupContent> RestoreAsync(Stream backup, TestDatabase into, SecretOptions? secrets = null)
    {
        await using var source = into.Kind == DatabaseKind.Postgres ? NpgsqlDataSource.Create(into.ConnectionString) : null;
        await using IRestoreTarget target =
            source is null ? SqliteTarget.Open(FileOf(into)) : await PostgresTarget.OpenAsync(source, CancellationToken.None);
        return await new BackupRestore(Options, secrets ?? Secrets, TimeProvider.System)
            .RunAsync(backup, target, progress: null, CancellationToken.None);
    }

    public static EmbeddedFile FileOf(TestDatabase database) => EncryptedSqlite.File(database.Folder, AuthServerHost.SecretKey);

    private static async Task<OpenedSource> OpenAsync(TestDatabase database)
    {
        if (database.Kind == DatabaseKind.Sqlite) return new(SqliteSource.Open(FileOf(database)), null);
        var source = NpgsqlDataSource.Create(database.ConnectionString);
        return new(await PostgresSource.OpenAsync(source, CancellationToken.None), source);
    }

    private sealed record OpenedSource(ITableSource Source, NpgsqlDataSource? Database) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Source.DisposeAsync();
            if (Database is not null) await Database.DisposeAsync();
        }
    }
}
