using AuthServer.Backup.Format;
using AuthServer.Backup.Rows;
using AuthServer.Configuration;
using AuthServer.Data;
using AuthServer.Data.Connection;
using AuthServer.Data.Encryption;
using AuthServer.Data.Starting;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SQLitePCL;

namespace AuthServer.Backup.Databases;

/// <summary>
/// Takes a backup in a new file beside the database. The new file takes the place of the old one in one step, when it is whole.
/// </summary>
public sealed class SqliteTarget : IRestoreTarget
{
    // SQLite sorts the rows of a new index in memory, because a temporary file would be plain. Those of a larger table are too many.
    private const int MostSorted = 500_000;

    // What one transaction holds would grow with the table.
    private const int RowsOfTransaction = 100_000;

    private readonly EmbeddedFile _file, _new;
    private readonly SqliteConnection? _old;
    private readonly DataDirectory _folder;
    private readonly List<(string Table, string Sql)> _putBack = [];
    private SqliteConnection? _connection;
    private SqliteInsert? _insert;
    private string _table = "";

    private SqliteTarget(EmbeddedFile file, SqliteConnection? old)
    {
        (_file, _old) = (file, old);
        // In the data directory: a rename does not leave its file system.
        _folder = new(FileRewrite.Restoring(file.Path));
        _new = new(_folder, file.Keys);
    }

    public IReadOnlyList<string> Migrations => MigrationNames.Sqlite;

    private SqliteConnection Connection => _connection ?? throw new InvalidOperationException("The target is not prepared.");

    /// <exception cref="StartRefusedException">Another process uses the file, or its secret is another one.</exception>
    public static SqliteTarget Open(EmbeddedFile file)
    {
        var state = file.State();
        if (file.Refusal(state) is { } refusal) throw refusal;
        if (state == FileState.Absent) return new(file, old: null);
        return FileRewrite.HoldAlone(file) is { } alone ? new(file, alone) : throw InUse(file);
    }

    public static StartRefusedException InUse(EmbeddedFile file) => new(
        $"AUTHSERVER_DATA: another process uses {file.Path}; stop the server, and try again. Nothing was changed", ExitCodes.Unavailable);

    public async Task<IReadOnlyList<string>> FilledAsync(CancellationToken cancellation)
    {
        if (_old is null) return [];
        var there = await ListAsync(_old, "SELECT name FROM sqlite_master WHERE type = 'table'", cancellation);
        var filled = new List<string>();
        foreach (var table in BackupTables.All.Select(table => table.Name).Where(there.Contains))
        {
            if ((await ListAsync(_old, $"SELECT '' FROM {BackupTables.Quote(table)} LIMIT 1", cancellation)).Count > 0) filled.Add(table);
        }

        return filled;
    }

    public async Task PrepareAsync(IReadOnlyList<string> migrations, CancellationToken cancellation)
    {
        DeleteUnfinished();
        _folder.Create();
        if (_new.Keys is null) FileRewrite.CreatePlain(_new);
        else FileRewrite.Create(_new);
        await using (var context = NewContext())
            await context.GetService<IMigrator>().MigrateAsync(migrations[^1], cancellation);
        _connection = new SqliteConnection(_new.UnpooledConnectionString);
        await _connection.OpenAsync(cancellation);
        // Nobody else knows this file, and what is left of it after a failure is deleted. It is synced once, at its end.
        foreach (var pragma in new[] { "foreign_keys=OFF", "synchronous=OFF", "temp_store=MEMORY", "cache_size=-131072" })
            Run($"PRAGMA {pragma}");
        foreach (var index in await ListAsync(
            Connection,
            "SELECT name || char(10) || tbl_name || char(10) || sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
            cancellation))
        {
            var parts = index.Split('\n', 3);
            Run($"DROP INDEX {BackupTables.Quote(parts[0])}");
            _putBack.Add((parts[1], parts[2]));
        }
    }

    public Task BeginAsync(BackupTable table, CancellationToken cancellation)
    {
        (_insert, _table) = (new(Connection, table), table.Name);
        Run("BEGIN");
        return Task.CompletedTask;
    }

    public ValueTask AddAsync(ReadOnlyMemory<byte> row, CancellationToken cancellation)
    {
        var rows = _insert!.Add(row.Span);
        if (rows == MostSorted) PutBack(_table);
        if (rows % RowsOfTransaction == 0) Run("COMMIT; BEGIN");
        return ValueTask.CompletedTask;
    }

    public Task EndAsync(TableTotal total, CancellationToken cancellation)
    {
        Run("COMMIT");
        _insert!.Dispose();
        _insert = null;
        return Task.CompletedTask;
    }

    public async Task FinishRowsAsync(CancellationToken cancellation)
    {
        PutBack(table: null);
        var lost = await ListAsync(
            Connection, "SELECT DISTINCT \"table\" || ' to ' || parent FROM pragma_foreign_key_check", cancellation);
        if (lost.Count == 0) return;
        throw new BackupRefusedException(
            BackupFault.BadContent, $"Rows refer to others that it does not have: {string.Join(", ", lost)}.");
    }

    public async Task MigrateAsync(CancellationToken cancellation)
    {
        await using var context = NewContext();
        await context.Database.MigrateAsync(cancellation);
    }

    public AuthDbContext OpenContext() => NewContext();

    public Task ReadAsync(BackupTable table, RowSink sink, CancellationToken cancellation) =>
        SqliteRows.ReadAsync(Connection, table, sink, cancellation);

    public async Task CommitAsync(CancellationToken cancellation)
    {
        // The log is emptied into the file, and with the last connection it goes.
        Run("PRAGMA wal_checkpoint(TRUNCATE)");
        await CloseAsync();
        FileRewrite.TakeOver(_file, _new);
        DeleteUnfinished();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        DeleteUnfinished();
        if (_old is not null) await _old.DisposeAsync();
    }

    private static async Task<List<string>> ListAsync(SqliteConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Texts of this class; names are quoted.
        command.CommandText = sql;
#pragma warning restore CA2100
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var list = new List<string>();
        while (await rows.ReadAsync(cancellation)) list.Add(rows.GetString(0));
        return list;
    }

    private async Task CloseAsync()
    {
        _insert?.Dispose();
        if (_connection is not null) await _connection.DisposeAsync();
        (_insert, _connection) = (null, null);
    }

    private void DeleteUnfinished()
    {
        if (_folder.Exists) Directory.Delete(_folder.Path, recursive: true);
    }

    /// <param name="table">Null: all.</param>
    private void PutBack(string? table)
    {
        foreach (var index in _putBack.Where(index => table is null || index.Table == table)) Run(index.Sql);
        _putBack.RemoveAll(index => table is null || index.Table == table);
    }

    private void Run(string sql) => SqliteRows.Require(Connection.Handle!, raw.sqlite3_exec(Connection.Handle!, sql));

    private SqliteAuthDbContext NewContext()
    {
        var options = new DbContextOptionsBuilder<SqliteAuthDbContext>();
        SqliteSetup.Use(options, _new.UnpooledConnectionString);
        return new(options.UseSnakeCaseNamingConvention().Options);
    }
}
