using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace AuthServer.Data.Connection;

/// <summary>Recognises that a row was refused because a row that it refers to is gone.</summary>
/// <remarks>
/// Asking first would not do: the other row may be deleted between the question and the write. On PostgreSQL the foreign key waits for
/// a deletion that has begun.
/// </remarks>
internal static class MissingReference
{
    // SQLITE_CONSTRAINT_FOREIGNKEY
    private const int SqliteForeignKey = 787;

    public static bool IsReasonOf(Exception exception) => exception switch
    {
        DbUpdateException { InnerException: { } inner } => IsReasonOf(inner),
        PostgresException postgres => postgres.SqlState == PostgresErrorCodes.ForeignKeyViolation,
        SqliteException sqlite => sqlite.SqliteExtendedErrorCode == SqliteForeignKey,
        _ => false,
    };
}
