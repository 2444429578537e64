using System.Data.Common;
using System.Diagnostics;
using Npgsql;

namespace AuthServer.Data.Sql;

/// <summary>Spans of the statements on the embedded database; Npgsql makes those on PostgreSQL itself.</summary>
public static class StatementTrace
{
    public const string Name = "AuthPlatform.Sqlite";

    private static readonly ActivitySource Source = new(Name);

    /// <summary>Names as OpenTelemetry's conventions for databases have them. The text has parameters, and no values.</summary>
    /// <returns>Null while nobody records traces.</returns>
    internal static Activity? Begin(DbConnection connection, string sql)
    {
        if (!Source.HasListeners() || connection is NpgsqlConnection) return null;
        var text = sql.AsSpan().TrimStart();
        var operation = text[..Math.Max(text.IndexOfAny(' ', '\n'), 0)].ToString();
        return Source.StartActivity(operation, ActivityKind.Client)?
            .SetTag("db.system.name", "sqlite").SetTag("db.operation.name", operation).SetTag("db.query.text", sql);
    }
}
