using AuthServer.Backup.Rows;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AuthServer.Backup.Databases;

/// <summary>Reads rows of SQLite through its C interface: a string for each value would cost more than all the rest.</summary>
internal static class SqliteRows
{
    public static async Task ReadAsync(SqliteConnection connection, BackupTable table, RowSink sink, CancellationToken cancellation)
    {
        var database = connection.Handle!;
        var sql = $"SELECT {BackupTables.Columns(table)} FROM {BackupTables.Quote(table.Name)}";
        Require(database, raw.sqlite3_prepare_v2(database, sql, out var statement));
        using (statement)
        {
            int step;
            while ((step = raw.sqlite3_step(statement)) == raw.SQLITE_ROW)
            {
                for (var i = 0; i < table.Columns.Count; i++) Read(statement, i, table, sink.Row);
                if (!sink.End()) continue;
                cancellation.ThrowIfCancellationRequested();
                await sink.FlushAsync(cancellation);
            }

            if (step != raw.SQLITE_DONE) Require(database, step);
        }
    }

    public static void Require(sqlite3 database, int result)
    {
        if (result != raw.SQLITE_OK) throw new SqliteException(raw.sqlite3_errmsg(database).utf8_to_string(), result);
    }

    private static void Read(sqlite3_stmt statement, int at, BackupTable table, RowBuffer row)
    {
        if (raw.sqlite3_column_type(statement, at) == raw.SQLITE_NULL)
        {
            row.AddNull();
            return;
        }

        switch (table.Columns[at].Type)
        {
            case ColumnType.Number:
                row.AddNumber(raw.sqlite3_column_int64(statement, at));
                break;
            case ColumnType.Boolean:
                row.AddBoolean(raw.sqlite3_column_int64(statement, at) != 0);
                break;
            case ColumnType.Bytes:
            case ColumnType.Text:
                // The bytes of a text as they are: UTF-8.
                row.AddBytes(raw.sqlite3_column_blob(statement, at));
                break;
            case ColumnType.Time:
                row.AddTime(SqliteTime.Read(raw.sqlite3_column_blob(statement, at)) ?? throw Bad(statement, at, table));
                break;
            case ColumnType.Uuid:
                if (!row.TryAddUuid(raw.sqlite3_column_blob(statement, at))) throw Bad(statement, at, table);
                break;
            case ColumnType.Json:
                row.AddBytes(JsonForm.Of(raw.sqlite3_column_blob(statement, at)) ?? throw Bad(statement, at, table));
                break;
        }
    }

    // The value itself may be of a person.
    private static InvalidDataException Bad(sqlite3_stmt statement, int at, BackupTable table) => new(
        $"A row of {table.Name} has a value in {table.Columns[at].Name} that is no {table.Columns[at].Type}; " +
        $"its {table.Columns[0].Name} is {raw.sqlite3_column_text(statement, 0).utf8_to_string()}.");
}
