using AuthServer.Backup.Format;
using AuthServer.Backup.Rows;

namespace AuthServer.Backup;

/// <summary>What is in a backup.</summary>
/// <param name="HasDamagedHalf">Its head has a damaged half; `rekey` mends it.</param>
public sealed record BackupContent(BackupDescription Description, IReadOnlyList<TableTotal> Tables, bool HasDamagedHalf);

/// <summary>Reads backups without a database.</summary>
public static class BackupReading
{
    /// <summary>Reads the whole file: that it is whole, authentic, and has the rows that were written.</summary>
    /// <exception cref="BackupRefusedException">It is not.</exception>
    public static async Task<BackupContent> VerifyAsync(
        Stream stream, BackupKeys keys, IProgress<long>? progress, CancellationToken cancellation)
    {
        var head = await BackupHead.ReadAsync(stream, keys, cancellation);
        await using var payload = new PayloadReader(stream, head);
        return new(head.Description, await payload.ReadAsync(new NoTarget(), progress, cancellation), head.HasDamagedHalf);
    }

    /// <summary>The values of each row are looked at, and go nowhere.</summary>
    private sealed class NoTarget : IRowTarget
    {
        private BackupTable? _table;

        public Task BeginAsync(BackupTable table, CancellationToken cancellation)
        {
            _table = table;
            return Task.CompletedTask;
        }

        public ValueTask AddAsync(ReadOnlyMemory<byte> row, CancellationToken cancellation)
        {
            var values = new RowValues(row.Span);
            foreach (var column in _table!.Columns) values.Next(column.Type, out _);
            values.RequireEnd();
            return ValueTask.CompletedTask;
        }

        public Task EndAsync(TableTotal total, CancellationToken cancellation) => Task.CompletedTask;
    }
}
