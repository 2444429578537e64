using AuthServer.Data.Sql;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AuthServer.Data.Connection;

/// <summary>A state of the database in which requests fail although neither they nor the server are wrong.</summary>
/// <param name="Cure">What is wrong and what an operator does about it; for the log.</param>
/// <param name="RetryAfter">When a retry may succeed by itself.</param>
public sealed record DatabaseFault(string Cure, TimeSpan RetryAfter)
{
    // SQLite result codes: https://www.sqlite.org/rescode.html
    private const int Busy = 5, Locked = 6, ReadOnly = 8, InputOutput = 10, Full = 13, CannotOpen = 14;
    private const int DamagedData = InputOutput | (32 << 8);

    // PgBouncer gives its own refusals the code of a protocol violation. The others are about statements of another connection.
    private static readonly string[] PoolerStates =
        [PostgresErrorCodes.ProtocolViolation, PostgresErrorCodes.InvalidSqlStatementName, PostgresErrorCodes.DuplicatePreparedStatement];

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5), Later = TimeSpan.FromSeconds(30);

    /// <returns>Null when the exception is not about the state of the database.</returns>
    public static DatabaseFault? Of(Exception? exception) => exception switch
    {
        null => null,
        PostgresException postgres => OfPostgres(postgres),
        // Of several hosts; Npgsql has no other mark for it.
        NpgsqlException e when e.Message.Contains("suitable host", StringComparison.Ordinal) => new(
            "No host of DATABASE_URL takes writes; check that one runs, and promote a standby when the primary is lost.", Soon),
        NpgsqlException { IsTransient: true } => new("The database cannot be reached or does not answer; check that it runs.", Soon),
        SqliteException sqlite => OfSqlite(sqlite),
        _ => Of(exception.InnerException),
    };

    /// <summary>What an operator sets on a pooler that mixes connections or refuses ours; null when the error is another one.</summary>
    internal static string? OfPooler(PostgresException e) => PoolerStates.Contains(e.SqlState, StringComparer.Ordinal)
        ? "a pooler between this server and the database, such as PgBouncer, does not keep a connection to itself or refuses it "
            + $"({e.MessageText}); set pool_mode=session there, or name PostgreSQL itself in DATABASE_URL"
        : null;

    private static DatabaseFault? OfPostgres(PostgresException e) => e.SqlState switch
    {
        PostgresErrorCodes.ReadOnlySqlTransaction => new(
            "The database takes no writes: DATABASE_URL names a standby, or the primary is read-only; "
                + "point it at a primary that takes writes.", Later),
        PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InvalidPassword => new(
            "The database refuses the user or the password of DATABASE_URL; check both, and pg_hba.conf.", Later),
        PostgresErrorCodes.InvalidCatalogName => new("The database of DATABASE_URL does not exist; create or restore it.", Later),
        PostgresErrorCodes.InsufficientPrivilege => new(
            $"The user of DATABASE_URL lacks a right ({e.MessageText}); "
                + "grant it SELECT, INSERT, UPDATE and DELETE on all tables of the server.", Later),
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn => new(
            $"The schema is not that of this version ({e.MessageText}); run `AuthServer migrate` with this version.", Later),
        PostgresErrorCodes.QueryCanceled => new(
            "The database cancelled a statement, because statement_timeout is too short or the database is overloaded.", Soon),
        // Only within a transaction: elsewhere the statement has been run again. Npgsql prepares it anew, so that the next try succeeds.
        PostgresErrorCodes.FeatureNotSupported when StalePlan.IsMetBy(e) => new(
            "The schema has changed while the server runs; the statement is prepared anew.", TimeSpan.FromSeconds(1)),
        _ when OfPooler(e) is { } pooler => new($"{char.ToUpperInvariant(pooler[0])}{pooler[1..]}.", Later),
        _ when e.IsTransient =>
            new($"The database is overloaded, restarts or is short of something ({e.MessageText}); look at its own log.", Soon),
        _ => null,
    };

    private static DatabaseFault? OfSqlite(SqliteException e) => e.SqliteErrorCode switch
    {
        InputOutput when e.SqliteExtendedErrorCode == DamagedData => new(
            "A page of the encrypted database does not open: the disk is broken, or another program wrote to the file; restore a backup.",
            Later),
        Busy or Locked => new("Another program or request holds the database file for too long.", Soon),
        ReadOnly or CannotOpen =>
            new("The database file cannot be written; check the owner and the rights of AUTHSERVER_DATA and its files.", Later),
        Full or InputOutput => new("The disk of AUTHSERVER_DATA is full or broken.", Later),
        _ => null,
    };
}
