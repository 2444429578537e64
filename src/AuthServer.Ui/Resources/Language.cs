using System.Collections.Frozen;
using System.Globalization;

namespace AuthServer.Ui.Resources;

/// <summary>A language of the pages and mails. A text that it lacks is shown in English.</summary>
public sealed class Language
{
    public const string EnglishTag = "en";

    private static readonly AsyncLocal<Choice?> Used = new();
    private static readonly CultureInfo InEnglish = CultureInfo.GetCultureInfo(EnglishTag);

    private readonly Lazy<FrozenDictionary<string, LanguageText>> _texts;

    /// <param name="texts">Read when the language is used for the first time.</param>
    internal Language(string tag, Func<IReadOnlyDictionary<string, LanguageText>> texts)
    {
        (Tag, Culture) = (tag, CultureInfo.GetCultureInfo(tag));
        _texts = new(() => texts().ToFrozenDictionary(StringComparer.Ordinal));
        var name = Culture.NativeName;
        // By no culture: .NET makes rules of its own for the letters of each, which takes as long as the rest of a start.
        Name = char.ToUpperInvariant(name[0]) + name[1..];
    }

    /// <summary>BCP 47, such as pt-BR.</summary>
    public string Tag { get; }

    /// <summary>In the language itself.</summary>
    public string Name { get; }

    /// <summary>How dates and numbers are written.</summary>
    public CultureInfo Culture { get; }

    /// <summary>For the attribute dir of a page.</summary>
    public string Direction => Culture.TextInfo.IsRightToLeft ? "rtl" : "ltr";

    /// <summary>The language of what is being answered or written; null: English as it is in <see cref="Texts"/>.</summary>
    public static Language? Current => Used.Value?.Language;

    /// <summary>How dates and numbers are written in what is being answered.</summary>
    /// <remarks>The culture of the thread stays as it is, because code that is not about texts must not depend on who asks.</remarks>
    public static CultureInfo CurrentCulture => Current?.Culture ?? InEnglish;

    /// <summary>For the attribute lang of what is being answered.</summary>
    public static string CurrentTag => Current?.Tag ?? EnglishTag;

    /// <summary>For the attribute dir of what is being answered.</summary>
    public static string CurrentDirection => Current?.Direction ?? "ltr";

    /// <summary>Texts are in this language from here on, in this flow of execution and in what it starts.</summary>
    public static void Use(Language? language) => Used.Value = new() { Language = language };

    /// <summary>
    /// Changes the language for the whole flow that <see cref="Use"/> was called in, also when a method below it does so. Nothing changes
    /// where it was not called.
    /// </summary>
    public static void Change(Language language)
    {
        if (Used.Value is { } use) use.Language = language;
    }

    /// <summary>Whether it is English without a changed text, which needs no lookup.</summary>
    public bool IsPlainEnglish => Tag == EnglishTag && _texts.Value.Count == 0;

    internal string? Find(string name) => _texts.Value.TryGetValue(name, out var text) ? text.Other : null;

    internal string? Find(string name, long count) =>
        _texts.Value.TryGetValue(name, out var text) ? text.For(PluralRules.Of(PluralRules.NameOf(Culture), count)) : null;

    /// <summary>The names of the texts that it has.</summary>
    internal IEnumerable<string> Names => _texts.Value.Keys;

    internal LanguageText? TextOrNull(string name) => _texts.Value.GetValueOrDefault(name);

    private sealed class Choice
    {
        public Language? Language { get; set; }
    }
}
