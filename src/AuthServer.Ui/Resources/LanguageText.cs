using System.Text.RegularExpressions;

namespace AuthServer.Ui.Resources;

/// <summary>One text in one language; where it counts something, one form for each plural category of the language.</summary>
/// <param name="Other">The only form of a text that counts nothing.</param>
internal sealed partial record LanguageText(string Other, IReadOnlyDictionary<PluralCategory, string>? Forms = null)
{
    public string For(PluralCategory category) => Forms is not null && Forms.TryGetValue(category, out var form) ? form : Other;

    /// <summary>The gaps, such as {0}, of all forms together.</summary>
    public IReadOnlySet<string> Gaps() =>
        All().SelectMany(form => Gap().Matches(form)).Select(gap => gap.Value).ToHashSet(StringComparer.Ordinal);

    public IEnumerable<string> All() => Forms is null ? [Other] : Forms.Values.Append(Other);

    /// <summary>Whether string.Format can take it: every brace belongs to a gap.</summary>
    public bool IsWellFormed => All().All(form => !Gap().Replace(form, "").AsSpan().ContainsAny('{', '}'));

    [GeneratedRegex(@"\{\d\}", RegexOptions.CultureInvariant)]
    private static partial Regex Gap();
}
