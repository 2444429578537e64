using AuthServer.Audit;
using AuthServer.Backup.Databases;
using AuthServer.Backup.Format;
using AuthServer.Backup.Rows;
using AuthServer.Configuration;
using AuthServer.Keys;

namespace AuthServer.Backup;

/// <summary>Brings rows into a database: from a backup, or from another database. All of it or nothing.</summary>
public sealed class BackupRestore(BackupOptions options, SecretOptions secrets, TimeProvider time)
{
    /// <param name="backup">From its first byte.</param>
    /// <param name="target">The caller disposes of it, which undoes what was not finished.</param>
    /// <param name="progress">Is told of rows that have been written.</param>
    /// <param name="cancellation">Changes nothing.</param>
    /// <exception cref="BackupRefusedException">The backup is not what it should be.</exception>
    /// <exception cref="StartRefusedException">The configured secrets do not open what is sealed in it.</exception>
    public async Task<BackupContent> RunAsync(
        Stream backup, IRestoreTarget target, IProgress<long>? progress, CancellationToken cancellation)
    {
        var head = await BackupHead.ReadAsync(backup, options.RequireKeys(), cancellation);
        await target.PrepareAsync(SchemaPath.To(head.Description.Schema, target.Migrations), cancellation);
        await using var payload = new PayloadReader(backup, head);
        var copy = new CheckedTarget(target, secrets);
        var totals = await payload.ReadAsync(copy, progress, cancellation);
        var detail = $"of {UtcText.Iso(head.Description.CreatedAt)}, {head.Id}";
        await FinishAsync(copy, totals, AuditKinds.BackupRestored, detail, cancellation);
        return new(head.Description, totals, head.HasDamagedHalf);
    }

    /// <summary>The rows of a database instead of those of a backup.</summary>
    public async Task<IReadOnlyList<TableTotal>> RunAsync(
        ITableSource source, IRestoreTarget target, IProgress<long>? progress, CancellationToken cancellation)
    {
        await target.PrepareAsync(target.Migrations, cancellation);
        var copy = new CheckedTarget(target, secrets);
        var totals = new List<TableTotal>();
        foreach (var table in BackupTables.All)
        {
            await copy.BeginAsync(table, cancellation);
            var sink = new RowSink((block, end) => AddRowsAsync(copy, block, end), progress);
            await source.ReadAsync(table, sink, cancellation);
            await sink.FlushAsync(cancellation);
            totals.Add(sink.Digest.ToTotal(table.Name));
            await copy.EndAsync(totals[^1], cancellation);
        }

        await FinishAsync(copy, totals, AuditKinds.DatabasePromoted, "from SQLite to PostgreSQL", cancellation);
        return totals;
    }

    private async Task FinishAsync(
        CheckedTarget copy, IReadOnlyList<TableTotal> totals, string kind, string detail, CancellationToken cancellation)
    {
        copy.RequireSecrets();
        await copy.Target.FinishRowsAsync(cancellation);
        await copy.CompareAsync(totals, cancellation);
        await copy.Target.MigrateAsync(cancellation);
        await using (var context = copy.Target.OpenContext())
        {
            AuditTrail.Record(context, time.GetUtcNow().UtcDateTime, kind, Caller.System, detail: detail);
            await context.SaveChangesAsync(cancellation);
        }

        await copy.Target.CommitAsync(cancellation);
    }

    private static async ValueTask AddRowsAsync(CheckedTarget target, ReadOnlyMemory<byte> block, CancellationToken cancellation)
    {
        while (block.Length > 0)
        {
            var rest = block.Span;
            if (!RowValues.TryReadVarint(ref rest, out var length)) throw new InvalidOperationException("A block has whole rows.");
            var at = block.Length - rest.Length;
            await target.AddAsync(block.Slice(at, (int)length), cancellation);
            block = block[(at + (int)length)..];
        }
    }
}
