using AuthServer.Backup.Rows;
using AuthServer.Data;

namespace AuthServer.Backup.Databases;

/// <summary>
/// A database that takes a backup, all of it or nothing: what was done is undone unless <see cref="CommitAsync"/> returns.
/// </summary>
public interface IRestoreTarget : IRowTarget, ITableSource
{
    /// <summary>The migrations of this kind of database, the oldest first.</summary>
    IReadOnlyList<string> Migrations { get; }

    /// <summary>The tables with rows that the backup replaces.</summary>
    Task<IReadOnlyList<string>> FilledAsync(CancellationToken cancellation);

    /// <summary>Empty tables after these migrations.</summary>
    Task PrepareAsync(IReadOnlyList<string> migrations, CancellationToken cancellation);

    /// <summary>All rows are there: the indexes and references that were left out meanwhile.</summary>
    Task FinishRowsAsync(CancellationToken cancellation);

    /// <summary>The remaining migrations.</summary>
    Task MigrateAsync(CancellationToken cancellation);

    /// <summary>For further rows, within the same act.</summary>
    AuthDbContext OpenContext();

    Task CommitAsync(CancellationToken cancellation);
}
