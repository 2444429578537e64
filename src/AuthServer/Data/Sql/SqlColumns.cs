using System.Data.Common;

namespace AuthServer.Data.Sql;

/// <summary>Reads columns with the types that the entities have.</summary>
public static class SqlColumns
{
    public static string? Text(this DbDataReader row, int column)
    {
        return row.IsDBNull(column) ? null : row.GetString(column);
    }

    /// <summary>UTC.</summary>
    public static DateTime Time(this DbDataReader row, int column)
    {
        return DateTime.SpecifyKind(row.GetDateTime(column), DateTimeKind.Utc);
    }

    /// <inheritdoc cref="Time"/>
    public static DateTime? TimeOrNull(this DbDataReader row, int column)
    {
        return row.IsDBNull(column) ? null : row.Time(column);
    }
}
