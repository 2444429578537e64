using System.Data.Common;
using AuthServer.Configuration;
using AuthServer.Data.Connection;
using AuthServer.Data.Encryption;
using AuthServer.Data.Sql;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace AuthServer.Data.Starting;

/// <summary>Everything between "the process runs" and "it listens": lock, migrate, the rooms' own steps, unlock.</summary>
public sealed class DatabaseStartup(
    IServiceScopeFactory scopes, DbDataSource source, SqlRunner sql, DatabaseOptions options, DataDirectory directory,
    IEnumerable<StartupStep> steps,
    TimeProvider time, ILogger<DatabaseStartup> log, EmbeddedFile? file = null)
{
    private const string PostgresTables =
        """
        SELECT count(*)::int FROM pg_class AS t JOIN pg_namespace AS s ON s.oid = t.relnamespace
        WHERE t.relkind IN ('r', 'v', 'm', 'f', 'p') AND t.relname <> '__EFMigrationsHistory'
          AND s.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND s.nspname NOT LIKE 'pg\_temp\_%'
          AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = t.oid AND deptype IN ('e', 'x'))
        """;

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
            // Asked without EF Core, which takes half a second to load: almost every start finds a current schema.
            var applied = await MigrationNames.AppliedAsync(sql, cancellation);
            var pending = MigrationNames.Of(options).Except(applied).ToList();
            if (pending.Count > 0) await MigrateAsync(applied, pending, migrate, cancellation);
            if (runSteps) await RunStepsAsync(cancellation);
            return pending;
        }
        catch (Exception e) when (Refusal(e) is { } refusal)
        {
            throw refusal;
        }
    }

    private async Task MigrateAsync(
        IReadOnlyList<string> applied, List<string> pending, bool migrate, CancellationToken cancellation)
    {
        if (!migrate && !await IsEmptyAsync(applied, cancellation))
        {
            throw new StartRefusedException(
                $"DATABASE_URL: the database lacks {pending.Count} migration(s) of this version ({string.Join(", ", pending)}); " +
                "back it up, then run `AuthServer migrate`, or set AUTHSERVER_MIGRATE=true to let the server do it at start");
        }
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AuthDbContext>();
        // EF Core locks SQLite with a row, which a killed process leaves behind, and waits for it without end. The start lock is ours.
        if (options.IsEmbedded) await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellation);
        await db.Database.MigrateAsync(cancellation);
        log.LogInformation("Applied {Count} migration(s): {Migrations}", pending.Count, string.Join(", ", pending));
    }

    /// <summary>
    /// There are no tables, except those of extensions, and that of EF Core without a row, which a start that was killed has left.
    /// </summary>
    private async Task<bool> IsEmptyAsync(IReadOnlyList<string> applied, CancellationToken cancellation) =>
        applied.Count == 0 && await sql.FirstValueAsync(PostgresTables, SqlValues.None, row => row.GetInt32(0), cancellation) == 0;

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
            $"DATABASE_URL: {why} (user {postgres.Username}, database {postgres.Database} at {PostgresUrl.Address(postgres)})",
                ExitCodes.Unavailable)
        : null;
}
