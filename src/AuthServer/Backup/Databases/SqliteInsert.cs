using System.Buffers.Text;
using AuthServer.Backup.Format;
using AuthServer.Backup.Rows;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AuthServer.Backup.Databases;

/// <summary>Writes the rows of one table through SQLite's C interface.</summary>
internal sealed class SqliteInsert : IDisposable
{
    // Of a UUID; a time has fewer letters.
    private const int LongestText = 36;

    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly BackupTable _table;
    private long _rows;

    public SqliteInsert(SqliteConnection connection, BackupTable table)
    {
        (_database, _table) = (connection.Handle!, table);
        var places = string.Join(", ", table.Columns.Select((_, i) => $"?{i + 1}"));
        var sql = $"INSERT INTO {BackupTables.Quote(table.Name)} ({BackupTables.Columns(table)}) VALUES ({places})";
        if (raw.sqlite3_prepare_v2(_database, sql, out _statement) != raw.SQLITE_OK)
        {
            throw new BackupRefusedException(
                BackupFault.BadContent, $"The database has no such table: {raw.sqlite3_errmsg(_database).utf8_to_string()}.");
        }
    }

    /// <returns>How many rows there are now.</returns>
    public long Add(ReadOnlySpan<byte> row)
    {
        var values = new RowValues(row);
        for (var i = 0; i < _table.Columns.Count; i++)
        {
            var type = _table.Columns[i].Type;
            var bound = values.Next(type, out var value) ? Bind(i + 1, type, value) : raw.sqlite3_bind_null(_statement, i + 1);
            SqliteRows.Require(_database, bound);
        }

        values.RequireEnd();
        var step = raw.sqlite3_step(_statement);
        if (step != raw.SQLITE_DONE)
        {
            var why = raw.sqlite3_errmsg(_database).utf8_to_string();
            throw step == raw.SQLITE_CONSTRAINT
                ? new BackupRefusedException(BackupFault.BadContent, $"SQLite refuses a row of {_table.Name}: {why}.")
                : new SqliteException(why, step);
        }

        raw.sqlite3_reset(_statement);
        return ++_rows;
    }

    public void Dispose() => _statement.Dispose();

    // In the forms that Microsoft.Data.Sqlite writes, because statements compare texts.
    private int Bind(int place, ColumnType type, ReadOnlySpan<byte> value)
    {
        Span<byte> text = stackalloc byte[LongestText];
        switch (type)
        {
            case ColumnType.Number:
                return raw.sqlite3_bind_int64(_statement, place, RowValues.NumberOf(value));
            case ColumnType.Boolean:
                return raw.sqlite3_bind_int64(_statement, place, value[0]);
            case ColumnType.Bytes:
                return raw.sqlite3_bind_blob(_statement, place, value);
            case ColumnType.Time:
                return raw.sqlite3_bind_text(_statement, place, text[..SqliteTime.Write(RowValues.NumberOf(value), text)]);
            case ColumnType.Uuid:
                Utf8Formatter.TryFormat(new Guid(value, bigEndian: true), text, out var length);
                foreach (ref var letter in text[..length])
                {
                    if (letter is >= (byte)'a' and <= (byte)'f') letter -= 'a' - 'A';
                }

                return raw.sqlite3_bind_text(_statement, place, text[..length]);
            default:
                // An empty span is bound as null.
                return value.IsEmpty ? raw.sqlite3_bind_text(_statement, place, "") : raw.sqlite3_bind_text(_statement, place, value);
        }
    }
}
