using System.Data.Common;
using AuthServer.Configuration;
using AuthServer.Data.Connection;
using AuthServer.Data.Encryption;
using AuthServer.Data.Sql;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace AuthServer.Data.Starting;

/// <summary>Everything between "the process runs" and "it listens": lock, migrate, the rooms' own steps, unlock.</summary>
public sealed class DatabaseStartup(
    IServiceScopeFactory scopes, DbDataSource source, SqlRunner sql, DatabaseOptions options, DataDirectory directory,
    IEnumerable<StartupStep> steps,
    TimeProvider time, ILogger<DatabaseStartup> log, EmbeddedFile? file = null)
{
    // SQLITE_ERROR, which is what a statement on a missing table fails with.
    private const int NoSuchTable = 1;

    /// <summary>The start of a server: migrates where that is safe, otherwise refuses to run on an old schema.</summary>
    public Task RunAsync(CancellationToken cancellation) =>
        LockedAsync(options.IsEmbedded || options.Migrate, runSteps: true, cancellation);

    /// <summary>The command: migrates whatever is pending.</summary>
    /// <returns>The names of the migrations that were applied.</returns>
    public Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellation) =>
        LockedAsync(migrate: true, runSteps: false, cancellation);

    /// <summary>For a command that reads or writes rows: refuses to work on an old schema.</summary>
    public async Task RequireCurrentAsync(CancellationToken cancellation)
    {
        if (file is not null && file.Refusal(file.State()) is { } refused) throw refused;
        await using var scope = scopes.CreateAsyncScope();
        try
        {
            var pending = await scope.ServiceProvider.GetRequiredService<AuthDbContext>().Database.GetPendingMigrationsAsync(cancellation);
            if (pending.Any())
            {
                throw new StartRefusedException(
                    "DATABASE_URL: the database lacks migrations of this version; run `AuthServer migrate` first");
            }
        }
        catch (Exception e) when (Refusal(e) is { } refusal)
        {
            throw refusal;
        }
    }

    private async Task<IReadOnlyList<string>> LockedAsync(bool migrate, bool runSteps, CancellationToken cancellation)
    {
        try
        {
            SqlRunner.HoldThread();
            await using var held = await StartLock.TakeAsync(source, options, directory, time, cancellation);
            if (file is not null) FilePreparation.Run(file, log);
            var applied = await IsCurrentAsync(cancellation) ? [] : await MigrateAsync(migrate, cancellation);
            if (runSteps) await RunStepsAsync(cancellation);
            return applied;
        }
        catch (Exception e) when (Refusal(e) is { } refusal)
        {
            throw refusal;
        }
    }

    /// <summary>Asked without EF Core, which takes half a second to load: almost every start finds a current schema.</summary>
    private async Task<bool> IsCurrentAsync(CancellationToken cancellation)
    {
        try
        {
            var applied = await sql.ListAsync(
                "SELECT migration_id FROM \"__EFMigrationsHistory\"", SqlValues.None, row => row.GetString(0), cancellation);
            return MigrationNames.Of(options).All(applied.Contains);
        }
        catch (DbException e) when (
            e is PostgresException { SqlState: PostgresErrorCodes.UndefinedTable } or SqliteException { SqliteErrorCode: NoSuchTable })
        {
            return false;
        }
    }

    private async Task<IReadOnlyList<string>> MigrateAsync(bool migrate, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AuthDbContext>();
        var pending = (await db.Database.GetPendingMigrationsAsync(cancellation)).ToList();
        if (pending.Count == 0) return pending;
        if (!migrate && !await IsEmptyAsync(db, cancellation))
        {
            throw new StartRefusedException(
                $"DATABASE_URL: the database lacks {pending.Count} migration(s) of this version ({string.Join(", ", pending)}); " +
                "back it up, then run `AuthServer migrate`, or set AUTHSERVER_MIGRATE=true to let the server do it at start");
        }
        // EF Core locks SQLite with a row, which a killed process leaves behind, and waits for it without end. The start lock is ours.
        if (options.IsEmbedded) await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellation);
        await db.Database.MigrateAsync(cancellation);
        log.LogInformation("Applied {Count} migration(s): {Migrations}", pending.Count, string.Join(", ", pending));
        return pending;
    }

    /// <summary>Nobody's tables are there; a start that was killed has left that of EF Core, without a row.</summary>
    private static async Task<bool> IsEmptyAsync(AuthDbContext db, CancellationToken cancellation)
    {
        var database = db.GetService<IRelationalDatabaseCreator>();
        if (!await database.ExistsAsync(cancellation) || !await database.HasTablesAsync(cancellation)) return true;
        return await db.Database.SqlQueryRaw<int>(
            """
            SELECT count(*)::int AS "Value" FROM information_schema.tables
            WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_name <> '__EFMigrationsHistory'
            """).SingleAsync(cancellation) == 0 && !(await db.Database.GetAppliedMigrationsAsync(cancellation)).Any();
    }

    private async Task RunStepsAsync(CancellationToken cancellation)
    {
        foreach (var step in steps)
        {
            await using var scope = scopes.CreateAsyncScope();
            await step.RunAsync(scope.ServiceProvider, cancellation);
            log.LogDebug("Start-up step done: {Step}", step.Name);
        }
    }

    // EF Core wraps what fails while it writes.
    private StartRefusedException? Refusal(Exception e) =>
        options.Postgres is { } postgres && (e as NpgsqlException ?? e.InnerException as NpgsqlException) is { } failure
            && ConnectionFailure.Of(failure, postgres) is { } why
        ? new(
            $"DATABASE_URL: {why} (user {postgres.Username}, database {postgres.Database} at {postgres.Host}:{postgres.Port})",
                ExitCodes.Unavailable)
        : null;
}
