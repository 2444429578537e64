using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace AuthServer.Data.Sql;

/// <summary>A statement whose <c>@name</c> parameters are numbered in the order in which they first stand, as PostgreSQL knows them.</summary>
/// <remarks>Given names, the driver would parse and rewrite the text at each call; docs/performance.md has what that costs.</remarks>
internal sealed partial class NumberedSql
{
    // By reference: the texts are constants, and one that is not is forgotten together with its text.
    private static readonly ConditionalWeakTable<string, NumberedSql> Known = [];

    private readonly List<string> _names = [];

    private NumberedSql(string sql) => Text = Name().Replace(sql, match => $"${Number(match.ValueSpan[1..])}");

    /// <summary>The statement with <c>$1</c>, <c>$2</c> and so on.</summary>
    public string Text { get; }

    public IReadOnlyList<string> Names => _names;

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

    [GeneratedRegex("@[a-z_]+")]
    private static partial Regex Name();
}
