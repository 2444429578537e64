using System.Data.Common;
using Npgsql;

namespace AuthServer.Data.Sql;

/// <summary>
/// A prepared statement whose columns got another type, because another version of the server or an operator altered a table.
/// </summary>
/// <remarks>PostgreSQL refuses to run such a statement, once for each connection, before it does anything.</remarks>
internal static class StalePlan
{
    public static bool IsMetBy(Exception exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.FeatureNotSupported } e
        && e.MessageText.StartsWith("cached plan", StringComparison.Ordinal);

    /// <summary>Makes the connection prepare its statements anew. It must have no transaction: the failure has ended that.</summary>
    public static void Forget(DbConnection connection) => ((NpgsqlConnection)connection).UnprepareAll();
}
