using AuthServer.Backup.Rows;

namespace AuthServer.Backup.Databases;

/// <summary>One state of a database, read table by table while others write.</summary>
public interface ITableSource : IAsyncDisposable
{
    /// <summary>Hands every row of a table to the sink, in any order.</summary>
    Task ReadAsync(BackupTable table, RowSink sink, CancellationToken cancellation);
}
