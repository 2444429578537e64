using System.Buffers;
using AuthServer.Backup.Format;
using AuthServer.Backup.Rows;
using AuthServer.Data;
using AuthServer.Data.Starting;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

namespace AuthServer.Backup.Databases;

/// <summary>Takes a backup in one transaction.</summary>
public sealed class PostgresTarget : IRestoreTarget
{
    private const int BlockSize = 1 << 16;
    private const string History = "__EFMigrationsHistory";

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;
    private readonly PostgresCatalog _catalog;
    private readonly ArrayBufferWriter<byte> _block = new(2 * BlockSize);
    private (BackupTable Table, int[] Sizes, Stream Rows)? _open;

    private PostgresTarget(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        (_connection, _transaction) = (connection, transaction);
        _catalog = new(connection);
    }

    public IReadOnlyList<string> Migrations => MigrationNames.Postgres;

    public static async Task<PostgresTarget> OpenAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        var connection = await database.OpenConnectionAsync(cancellation);
        try
        {
            return new(connection, await connection.BeginTransactionAsync(cancellation));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async Task<IReadOnlyList<string>> FilledAsync(CancellationToken cancellation)
    {
        var filled = new List<string>();
        foreach (var table in await OursAsync(cancellation))
        {
            if (await _catalog.ExistsAsync($"SELECT 1 FROM {BackupTables.Quote(table)} LIMIT 1", cancellation)) filled.Add(table);
        }

        return filled;
    }

    public async Task PrepareAsync(IReadOnlyList<string> migrations, CancellationToken cancellation)
    {
        var ours = await OursAsync(cancellation);
        var applied = await _catalog.HasAsync(History, cancellation)
            ? await _catalog.ListAsync($"SELECT migration_id FROM \"{History}\" ORDER BY migration_id", cancellation) : [];
        if (applied.SequenceEqual(migrations))
        {
            // The tables stay, and with them what the operator has granted on them.
            await _catalog.RunAsync($"TRUNCATE {string.Join(", ", ours.Select(BackupTables.Quote))}", cancellation);
        }
        else
        {
            await _catalog.DropAsync([.. ours, .. BackupTables.OfJobs, History], cancellation);
            await RunScriptAsync(Migration.InitialDatabase, migrations[^1], cancellation);
            ours = await OursAsync(cancellation);
        }

        await _catalog.LayAsideAsync(ours, cancellation);
    }

    public async Task BeginAsync(BackupTable table, CancellationToken cancellation)
    {
        var sizes = await _catalog.IntegerSizesAsync(table, cancellation);
        // FREEZE: the rows need not be looked at again for their visibility; the table was made or emptied in this transaction.
        var rows = await _connection.BeginRawBinaryCopyAsync(
            $"COPY {BackupTables.Quote(table.Name)} ({BackupTables.Columns(table)}) FROM STDIN (FORMAT binary, FREEZE)", cancellation);
        _open = (table, sizes, rows);
        PostgresRows.WriteHeader(_block);
    }

    public ValueTask AddAsync(ReadOnlyMemory<byte> row, CancellationToken cancellation)
    {
        var (table, sizes, _) = _open!.Value;
        PostgresRows.Write(row.Span, table, sizes, _block);
        return _block.WrittenCount < BlockSize ? ValueTask.CompletedTask : FlushAsync(cancellation);
    }

    public async Task EndAsync(TableTotal total, CancellationToken cancellation)
    {
        PostgresRows.WriteTrailer(_block);
        await FlushAsync(cancellation);
        try
        {
            await _open!.Value.Rows.DisposeAsync();
        }
        catch (PostgresException refused)
        {
            throw new BackupRefusedException(
                BackupFault.BadContent, $"PostgreSQL refuses a row of {total.Table}: {refused.MessageText} ({refused.Where}).");
        }

        _open = null;
    }

    public Task FinishRowsAsync(CancellationToken cancellation) => _catalog.PutBackAsync(cancellation);

    public async Task MigrateAsync(CancellationToken cancellation)
    {
        var last = (await _catalog.ListAsync($"SELECT max(migration_id) FROM \"{History}\"", cancellation))[0];
        if (last != Migrations[^1]) await RunScriptAsync(last, Migrations[^1], cancellation);
        await _catalog.RunAsync(
            $"ANALYZE {string.Join(", ", (await OursAsync(cancellation)).Select(BackupTables.Quote))}", cancellation);
    }

    public AuthDbContext OpenContext()
    {
        var context = NewContext();
        context.Database.UseTransaction(_transaction);
        return context;
    }

    public Task ReadAsync(BackupTable table, RowSink sink, CancellationToken cancellation) =>
        PostgresRows.ReadAsync(_connection, table, sink, cancellation);

    public Task CommitAsync(CancellationToken cancellation) => _transaction.CommitAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        // A transaction in the middle of a COPY ends with its connection.
        if (_open is null) await _transaction.DisposeAsync();
        else NpgsqlConnection.ClearPool(_connection);
        await _connection.DisposeAsync();
    }

    private async ValueTask FlushAsync(CancellationToken cancellation)
    {
        await _open!.Value.Rows.WriteAsync(_block.WrittenMemory, cancellation);
        _block.ResetWrittenCount();
    }

    private async Task<List<string>> OursAsync(CancellationToken cancellation)
    {
        var there = await _catalog.TablesAsync(cancellation);
        return [.. BackupTables.All.Select(table => table.Name).Where(there.Contains)];
    }

    // EF Core migrates in transactions of its own; a script runs in this one.
    private async Task RunScriptAsync(string from, string to, CancellationToken cancellation)
    {
        await using var context = NewContext();
        var script = context.GetService<IMigrator>().GenerateScript(from, to, MigrationsSqlGenerationOptions.NoTransactions);
        await _catalog.RunAsync(script, cancellation);
    }

    private PostgresAuthDbContext NewContext() => new(
        new DbContextOptionsBuilder<PostgresAuthDbContext>().UseNpgsql(_connection).UseSnakeCaseNamingConvention().Options);
}
