using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace AuthServer.Users.EmailAddresses;

/// <summary>Recognises the answer of the unique index on e-mail keys, the only judge of whether an address is free.</summary>
internal static class UniqueEmail
{
    // SQLITE_CONSTRAINT_UNIQUE
    private const int SqliteUnique = 2067;

    public static bool IsViolatedBy(Exception exception) => exception switch
    {
        DbUpdateException { InnerException: { } inner } => IsViolatedBy(inner),
        PostgresException postgres => postgres.SqlState == PostgresErrorCodes.UniqueViolation && postgres.TableName == "users",
        SqliteException sqlite =>
            sqlite.SqliteExtendedErrorCode == SqliteUnique && sqlite.Message.Contains("users.email", StringComparison.Ordinal),
        _ => false,
    };
}
