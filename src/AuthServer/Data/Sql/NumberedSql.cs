using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace AuthServer.Data.Sql;

/// <summary>
/// A statement and its <c>@name</c> parameters, numbered in the order of their first use as PostgreSQL's protocol wants them.
/// </summary>
/// <remarks>Given names, Npgsql would parse and rewrite the text at each call; docs/performance.md has what that costs.</remarks>
internal sealed partial class NumberedSql
{
    // Compared by reference, because the texts are constants. A text that is not a constant leaves with its last user.
    private static readonly ConditionalWeakTable<string, NumberedSql> Known = [];

    private readonly List<string> _names = [];

    private NumberedSql(string sql)
    {
        Text = Token().Replace(sql, match => match.Groups["name"] is { Success: true } name ? $"${Number(name.ValueSpan)}" : match.Value);
        Placeholders = [.. _names.Select(name => "@" + name)];
    }

    /// <summary>The statement with <c>$1</c>, <c>$2</c> and so on.</summary>
    public string Text { get; }

    public IReadOnlyList<string> Names => _names;

    /// <summary>The names as they stand in the statement, for SQLite; Microsoft.Data.Sqlite would make them at each call.</summary>
    public IReadOnlyList<string> Placeholders { get; }

    public static NumberedSql Of(string sql) => Known.GetValue(sql, static text => new NumberedSql(text));

    /// <returns>Counted from 0.</returns>
    public int PositionOf(string name)
    {
        for (var i = 0; i < _names.Count; i++)
        {
            if (_names[i] == name) return i;
        }

        throw new ArgumentException($"The statement has no parameter @{name}: {Text}", nameof(name));
    }

    private int Number(ReadOnlySpan<char> name)
    {
        for (var i = 0; i < _names.Count; i++)
        {
            if (name.SequenceEqual(_names[i])) return i + 1;
        }

        _names.Add(name.ToString());
        return _names.Count;
    }

    // String literals, quoted identifiers, comments and the operator @@ are matched first, so that an @ inside them is left alone.
    [GeneratedRegex("""'[^']*'|"[^"]*"|--[^\n]*|/\*.*?\*/|@@|@(?<name>[a-z_][a-z0-9_]*)""", RegexOptions.Singleline)]
    private static partial Regex Token();
}
