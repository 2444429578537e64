using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Data.Sql;

/// <summary>Typed parameters for the few statements that are written out in SQL because no query expresses them.</summary>
/// <remarks>The type is named because PostgreSQL cannot infer it for a null inside <c>INSERT ... SELECT</c>.</remarks>
public sealed class SqlParameters(AuthDbContext db)
{
    private readonly List<object> _list = [];

    public object[] ToArray() => [.. _list];

    public SqlParameters Add(string name, Guid? value) => Add(name, DbType.Guid, value);

    public SqlParameters Add(string name, string? value) => Add(name, DbType.String, value);

    public SqlParameters Add(string name, bool value) => Add(name, DbType.Boolean, value);

    public SqlParameters Add(string name, int value) => Add(name, DbType.Int32, value);

    public SqlParameters Add(string name, long value) => Add(name, DbType.Int64, value);

    /// <param name="value">UTC.</param>
    public SqlParameters Add(string name, DateTime? value) =>
        Add(name, DbType.DateTime2, value is { } utc ? DateTime.SpecifyKind(utc, DateTimeKind.Unspecified) : null);

    private SqlParameters Add(string name, DbType type, object? value)
    {
        using var command = db.Database.GetDbConnection().CreateCommand();
        DbParameter parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.DbType = type;
        parameter.Value = value ?? DBNull.Value;
        _list.Add(parameter);
        return this;
    }
}
