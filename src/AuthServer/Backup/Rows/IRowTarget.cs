namespace AuthServer.Backup.Rows;

/// <summary>Takes the tables of a backup, one after another.</summary>
public interface IRowTarget
{
    Task BeginAsync(BackupTable table, CancellationToken cancellation);

    /// <param name="row">Valid until the call returns.</param>
    /// <param name="cancellation">Of the whole.</param>
    ValueTask AddAsync(ReadOnlyMemory<byte> row, CancellationToken cancellation);

    /// <summary>The rows of the table have all been handed over, and their digest is that of the backup.</summary>
    Task EndAsync(TableTotal total, CancellationToken cancellation);
}
