using AuthServer.Backup.Format;
using AuthServer.Backup.Rows;
using Npgsql;

namespace AuthServer.Backup.Databases;

/// <summary>What PostgreSQL says about the tables, and what is put aside while rows are loaded.</summary>
internal sealed class PostgresCatalog(NpgsqlConnection connection)
{
    // Building an index over a million rows takes as long as it takes.
    private const int NoLimit = 0;

    private readonly List<string> _putBack = [];

    public async Task RunAsync(string sql, CancellationToken cancellation)
    {
        await using var command = Command(sql);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public async Task<bool> ExistsAsync(string sql, CancellationToken cancellation)
    {
        await using var command = Command(sql);
        return await command.ExecuteScalarAsync(cancellation) is not null;
    }

    public async Task<List<string>> ListAsync(string sql, CancellationToken cancellation, string[]? tables = null)
    {
        await using var command = Command(sql);
        if (tables is not null) command.Parameters.AddWithValue(tables);
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var list = new List<string>();
        while (await rows.ReadAsync(cancellation)) list.Add(rows.GetString(0));
        return list;
    }

    public async Task<HashSet<string>> TablesAsync(CancellationToken cancellation) => [.. await ListAsync(
        "SELECT relname::text FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace", cancellation)];

    public async Task<bool> HasAsync(string table, CancellationToken cancellation) => (await TablesAsync(cancellation)).Contains(table);

    /// <summary>Drops tables with the functions of their triggers. What others have made to depend on them is an error.</summary>
    public async Task DropAsync(string[] tables, CancellationToken cancellation)
    {
        var there = await TablesAsync(cancellation);
        string[] dropped = [.. tables.Where(there.Contains)];
        if (dropped.Length == 0) return;
        var functions = await ListAsync(
            "SELECT DISTINCT tgfoid::regprocedure::text FROM pg_trigger WHERE NOT tgisinternal AND tgrelid " + OfTables,
            cancellation, dropped);
        await RunAsync($"DROP TABLE {string.Join(", ", dropped.Select(BackupTables.Quote))}", cancellation);
        foreach (var function in functions) await RunAsync($"DROP FUNCTION {function}", cancellation);
    }

    /// <summary>
    /// Drops indexes and constraints and stops triggers, which would be asked for each row; <see cref="PutBackAsync"/> has them.
    /// </summary>
    public async Task LayAsideAsync(IEnumerable<string> tables, CancellationToken cancellation)
    {
        string[] ours = [.. tables];
        // Foreign keys go first and come back last, because they rest on the others.
        var constraints = await ListAsync(
            """
            SELECT conrelid::regclass || ' ' || quote_ident(conname) || E'\n' || pg_get_constraintdef(oid) FROM pg_constraint
            WHERE contype IN ('f', 'u', 'p') AND conrelid
            """ + " " + OfTables + " ORDER BY contype = 'p', contype = 'u', conname", cancellation, ours);
        var indexes = await ListAsync(
            """
            SELECT i.indexrelid::regclass || E'\n' || pg_get_indexdef(i.indexrelid) FROM pg_index i
            WHERE NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x')) AND i.indrelid
            """ + " " + OfTables, cancellation, ours);
        var triggers = await ListAsync(
            """
            SELECT tgrelid::regclass || E'\n' || quote_ident(tgname) FROM pg_trigger
            WHERE NOT tgisinternal AND tgenabled = 'O' AND tgrelid
            """ + " " + OfTables, cancellation, ours);

        foreach (var trigger in triggers.Select(Halves))
        {
            await RunAsync($"ALTER TABLE {trigger[0]} DISABLE TRIGGER {trigger[1]}", cancellation);
            _putBack.Add($"ALTER TABLE {trigger[0]} ENABLE TRIGGER {trigger[1]}");
        }

        foreach (var constraint in constraints.Select(Halves))
        {
            var (table, name) = (constraint[0][..constraint[0].IndexOf(' ')], constraint[0][(constraint[0].IndexOf(' ') + 1)..]);
            await RunAsync($"ALTER TABLE {table} DROP CONSTRAINT {name}", cancellation);
            _putBack.Insert(0, $"ALTER TABLE {table} ADD CONSTRAINT {name} {constraint[1]}");
        }

        var references = _putBack.FindIndex(sql => sql.Contains(" FOREIGN KEY ", StringComparison.Ordinal));
        foreach (var index in indexes.Select(Halves))
        {
            await RunAsync($"DROP INDEX {index[0]}", cancellation);
            _putBack.Insert(Math.Max(0, references), index[1]);
        }
    }

    public async Task PutBackAsync(CancellationToken cancellation)
    {
        foreach (var sql in _putBack) await RunAsync(sql, cancellation);
        _putBack.Clear();
        var counted = await ListAsync(
            """
            SELECT format('SELECT setval(pg_get_serial_sequence(%L, %L), GREATEST(max(%I), 1), max(%I) IS NOT NULL) FROM %I',
                quote_ident(table_name), column_name, column_name, column_name, table_name)
            FROM information_schema.columns WHERE table_schema = current_schema() AND is_identity = 'YES' AND table_name = ANY ($1)
            """, cancellation, [.. BackupTables.All.Select(table => table.Name)]);
        foreach (var sql in counted) await RunAsync(sql, cancellation);
    }

    /// <summary>How many bytes the integers of a table have, 0 for the other columns.</summary>
    public async Task<int[]> IntegerSizesAsync(BackupTable table, CancellationToken cancellation)
    {
        var types = (await ListAsync(
            "SELECT attname || ' ' || typname FROM pg_attribute JOIN pg_type t ON t.oid = atttypid "
            + "WHERE attnum > 0 AND NOT attisdropped AND attrelid " + OfTables, cancellation, [table.Name]))
            .Select(line => line.Split(' ')).ToDictionary(words => words[0], words => words[1]);
        return [.. table.Columns.Select(column => types.GetValueOrDefault(column.Name) switch
        {
            "int2" when column.Type == ColumnType.Number => sizeof(short),
            "int4" when column.Type == ColumnType.Number => sizeof(int),
            "int8" when column.Type == ColumnType.Number => sizeof(long),
            "bool" when column.Type == ColumnType.Boolean => 0,
            "timestamp" when column.Type == ColumnType.Time => 0,
            "uuid" when column.Type == ColumnType.Uuid => 0,
            "bytea" when column.Type == ColumnType.Bytes => 0,
            "jsonb" when column.Type == ColumnType.Json => 0,
            "text" or "varchar" when column.Type == ColumnType.Text => 0,
            _ => throw new BackupRefusedException(
                BackupFault.BadContent, $"The database has no column {table.Name}.{column.Name} for a {column.Type}."),
        })];
    }

    private const string OfTables =
        "= ANY (SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relname = ANY ($1))";

    private static string[] Halves(string line) => line.Split('\n', 2);

    private NpgsqlCommand Command(string sql)
    {
#pragma warning disable CA2100 // Texts of this room; names are quoted.
        return new NpgsqlCommand(sql, connection) { CommandTimeout = NoLimit };
#pragma warning restore CA2100
    }
}
