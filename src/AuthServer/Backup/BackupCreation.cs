using System.Data.Common;
using AuthServer.Backup.Databases;
using AuthServer.Backup.Format;
using AuthServer.Backup.Places;
using AuthServer.Backup.Rows;
using AuthServer.Configuration;
using AuthServer.Data.Connection;
using AuthServer.Data.Encryption;
using AuthServer.Data.Starting;
using Npgsql;

namespace AuthServer.Backup;

/// <summary>A backup that was made.</summary>
public sealed record CreatedBackup(string Name, BackupDescription Description, IReadOnlyList<TableTotal> Tables);

/// <summary>Makes backups of the configured database while servers use it.</summary>
public sealed class BackupCreation(
    DatabaseOptions database, DbDataSource source, BackupOptions options, TimeProvider time, EmbeddedFile? file = null)
{
    private const int ChunkSize = 1 << 18;

    /// <summary>Who makes backups: this server and its version.</summary>
    private static readonly string Product = "AuthServer " + ProductVersion.Text;

    /// <param name="place">Where to.</param>
    /// <param name="name">Null: one is made from the time.</param>
    /// <param name="progress">Is told of rows that have been read.</param>
    /// <param name="cancellation">Leaves nothing at the place.</param>
    public async Task<CreatedBackup> RunAsync(
        IBackupPlace place, string? name, IProgress<long>? progress, CancellationToken cancellation)
    {
        var keys = options.RequireKeys();
        await using var snapshot = await OpenSnapshotAsync(cancellation);
        var createdAt = time.GetUtcNow().UtcDateTime;
        var schema = MigrationNames.Of(database).Select(SchemaPath.NameOf).ToList();
        var head = BackupHead.New(new(
            createdAt, Product, database.IsEmbedded ? "sqlite" : "postgresql", schema, BackupDescription.Brotli, ChunkSize));
        name ??= BackupName.Of(createdAt, head.Id);
        IReadOnlyList<TableTotal> totals = [];
        await place.WriteAsync(
            name, async (stream, end) => totals = await WriteAsync(stream, head, keys, snapshot, progress, end), cancellation);
        return new(name, head.Description, totals);
    }

    private static async Task<IReadOnlyList<TableTotal>> WriteAsync(
        Stream stream, BackupHead head, BackupKeys keys, ITableSource snapshot, IProgress<long>? progress, CancellationToken cancellation)
    {
        await head.WriteAsync(stream, keys, cancellation);
        await using var payload = new PayloadWriter(stream, head);
        var totals = new List<TableTotal>();
        foreach (var table in BackupTables.All)
        {
            totals.Add(await payload.WriteAsync(table, sink => snapshot.ReadAsync(table, sink, cancellation), progress, cancellation));
        }

        await payload.CompleteAsync(cancellation);
        return totals;
    }

    private async Task<ITableSource> OpenSnapshotAsync(CancellationToken cancellation) => file is not null
        ? SqliteSource.Open(file)
        : await PostgresSource.OpenAsync((NpgsqlDataSource)source, cancellation);
}
