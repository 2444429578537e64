namespace AuthServer.Backup.Rows;

/// <summary>The types of values, whatever database they are from. The numbers are part of the format.</summary>
public enum ColumnType : byte
{
    Text = 1,
    Number = 2,
    Boolean = 3,

    /// <summary>UTC, in whole microseconds.</summary>
    Time = 4,
    Uuid = 5,
    Bytes = 6,

    /// <summary>A JSON text in one form (<see cref="JsonForm"/>).</summary>
    Json = 7,
}

/// <summary>A column of a table.</summary>
public sealed record BackupColumn(string Name, ColumnType Type);

/// <summary>A table with the columns that its rows have, in this order.</summary>
public sealed record BackupTable(string Name, IReadOnlyList<BackupColumn> Columns);

/// <summary>What a table holds, to compare two copies of it.</summary>
/// <param name="Digest">The sum of the SHA-256 of each row, modulo 2^256: the same in whatever order the rows come.</param>
public sealed record TableTotal(string Table, long Rows, string Digest);
