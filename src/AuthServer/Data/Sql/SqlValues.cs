using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace AuthServer.Data.Sql;

/// <summary>Gives the parameters of one statement their values: each exactly once.</summary>
/// <remarks>The type is named because PostgreSQL cannot infer it for a null inside <c>INSERT ... SELECT</c>.</remarks>
public readonly struct SqlValues
{
    public static readonly Action<SqlValues> None = static _ => { };

    private readonly NumberedSql _statement;
    private readonly DbParameter?[] _given;
    private readonly bool _isPostgres;

    private SqlValues(NumberedSql statement, bool isPostgres) =>
        (_statement, _given, _isPostgres) = (statement, new DbParameter?[statement.Names.Count], isPostgres);

    /// <summary>Fills a statement's parameters.</summary>
    /// <returns>The text to run: on PostgreSQL with numbers instead of names.</returns>
    /// <exception cref="ArgumentException">A value was given for a parameter that the statement does not have.</exception>
    /// <exception cref="InvalidOperationException">A parameter got no value, or two.</exception>
    internal static string Fill(DbParameterCollection list, string sql, Action<SqlValues> values)
    {
        var statement = NumberedSql.Of(sql);
        var parameters = new SqlValues(statement, list is NpgsqlParameterCollection);
        values(parameters);
        var missing = Array.IndexOf(parameters._given, null);
        if (missing >= 0) throw new InvalidOperationException($"No value was given for @{statement.Names[missing]}: {sql}");
        foreach (var parameter in parameters._given) list.Add(parameter!);

        return parameters._isPostgres ? statement.Text : sql;
    }

    public SqlValues Add(string name, Guid? value) => value is { } id ? Add(name, NpgsqlDbType.Uuid, id) : AddNull(name, NpgsqlDbType.Uuid);

    public SqlValues Add(string name, string? value) =>
        value is not null ? Add(name, NpgsqlDbType.Text, value) : AddNull(name, NpgsqlDbType.Text);

    public SqlValues Add(string name, bool value) => Add(name, NpgsqlDbType.Boolean, value);

    public SqlValues Add(string name, int value) => Add(name, NpgsqlDbType.Integer, value);

    public SqlValues Add(string name, long value) => Add(name, NpgsqlDbType.Bigint, value);

    public SqlValues Add(string name, byte[] value) => Add(name, NpgsqlDbType.Bytea, value);

    /// <param name="value">UTC.</param>
    public SqlValues Add(string name, DateTime value) =>
        Add(name, NpgsqlDbType.Timestamp, DateTime.SpecifyKind(value, DateTimeKind.Unspecified));

    private SqlValues Add<T>(string name, NpgsqlDbType type, T value)
        where T : notnull
    {
        ref var place = ref PlaceOf(name, out var placeholder);
        place = _isPostgres ? new NpgsqlParameter<T> { NpgsqlDbType = type, TypedValue = value } : new SqliteParameter(placeholder, value);
        return this;
    }

    private SqlValues AddNull(string name, NpgsqlDbType type)
    {
        ref var place = ref PlaceOf(name, out var placeholder);
        place = _isPostgres
            ? new NpgsqlParameter { NpgsqlDbType = type, Value = DBNull.Value }
            : new SqliteParameter(placeholder, DBNull.Value);
        return this;
    }

    private ref DbParameter? PlaceOf(string name, out string placeholder)
    {
        var position = _statement.PositionOf(name);
        placeholder = _statement.Placeholders[position];
        ref var place = ref _given[position];
        if (place is not null) throw new InvalidOperationException($"Two values were given for @{name}: {_statement.Text}");
        return ref place;
    }
}
