using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace AuthServer.Data.Sql;

/// <summary>Adds typed parameters to a statement.</summary>
/// <remarks>The type is named because PostgreSQL cannot infer it for a null inside <c>INSERT ... SELECT</c>.</remarks>
public readonly struct SqlValues
{
    public static readonly Action<SqlValues> None = static _ => { };

    private readonly DbParameterCollection _list;

    // PostgreSQL only: which place each name has, and what stands there so far.
    private readonly NumberedSql? _numbered;
    private readonly NpgsqlParameter?[]? _places;

    private SqlValues(DbParameterCollection list, NumberedSql? numbered)
    {
        (_list, _numbered) = (list, numbered);
        _places = numbered is null ? null : new NpgsqlParameter?[numbered.Names.Count];
    }

    /// <summary>Fills a statement's parameters.</summary>
    /// <returns>The text to run: on PostgreSQL with numbers instead of names.</returns>
    internal static string Fill(DbParameterCollection list, string sql, Action<SqlValues> values)
    {
        var numbered = list is NpgsqlParameterCollection ? NumberedSql.Of(sql) : null;
        var parameters = new SqlValues(list, numbered);
        values(parameters);
        if (numbered is null) return sql;
        for (var i = 0; i < parameters._places!.Length; i++)
        {
            list.Add(parameters._places[i] ?? throw new InvalidOperationException($"No value was given for @{numbered.Names[i]}: {sql}"));
        }

        return numbered.Text;
    }

    public SqlValues Add(string name, Guid? value) => value is { } id ? Add(name, NpgsqlDbType.Uuid, id) : AddNull(name, NpgsqlDbType.Uuid);

    public SqlValues Add(string name, string? value) => value is not null ? Add(name, NpgsqlDbType.Text, value) : AddNull(name, NpgsqlDbType.Text);

    public SqlValues Add(string name, bool value) => Add(name, NpgsqlDbType.Boolean, value);

    public SqlValues Add(string name, int value) => Add(name, NpgsqlDbType.Integer, value);

    /// <param name="value">UTC.</param>
    public SqlValues Add(string name, DateTime value) => Add(name, NpgsqlDbType.Timestamp, DateTime.SpecifyKind(value, DateTimeKind.Unspecified));

    private SqlValues Add<T>(string name, NpgsqlDbType type, T value)
        where T : notnull
    {
        if (_places is null) _list.Add(new SqliteParameter(name, value));
        else _places[_numbered!.PositionOf(name)] = new NpgsqlParameter<T> { NpgsqlDbType = type, TypedValue = value };
        return this;
    }

    private SqlValues AddNull(string name, NpgsqlDbType type)
    {
        if (_places is null) _list.Add(new SqliteParameter(name, DBNull.Value));
        else _places[_numbered!.PositionOf(name)] = new NpgsqlParameter { NpgsqlDbType = type, Value = DBNull.Value };
        return this;
    }
}
