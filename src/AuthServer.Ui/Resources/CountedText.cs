namespace AuthServer.Ui.Resources;

/// <summary>A text that counts something, and so has a form for each plural category of a language.</summary>
/// <param name="name">Of the member of <see cref="Texts"/>.</param>
internal sealed class CountedText(string name, string one, string other)
{
    public string Name { get; } = name;

    public LanguageText English { get; } = new(other, new Dictionary<PluralCategory, string> { [PluralCategory.One] = one });

    /// <param name="count">Stands at {0}.</param>
    /// <param name="others">Stand at {1} and so on.</param>
    public string Of(long count, params ReadOnlySpan<object?> others)
    {
        var form = Language.Current?.Find(Name, count) ?? English.For(PluralRules.Of(Language.EnglishTag, count));
        return string.Format(Language.CurrentCulture, form, [count, .. others]);
    }
}
