using AuthServer.Ui.Resources;

namespace AuthServer.UnitTests.Languages;

/// <summary>The languages that come with the server.</summary>
public sealed class TranslationTests
{
    private static readonly LanguageSet All = LanguageFiles.Read(null);

    public static TheoryData<string> Tags => [.. All.All.Select(l => l.Tag).Where(tag => tag != Language.EnglishTag)];

    [Theory, MemberData(nameof(Tags))]
    public void Every_text_has_the_gaps_and_forms_of_its_English_text(string tag)
    {
        var language = All.Find(tag)!;
        foreach (var name in language.Names)
        {
            Assert.True(Texts.English.TryGetValue(name, out var english), $"{tag}: there is no text {name}");
            var text = language.TextOrNull(name)!;
            Assert.True(text.IsWellFormed, $"{tag}: {name} has a brace that belongs to no gap");
            Assert.True(text.Gaps().SetEquals(english.Gaps()), $"{tag}: {name} has other gaps than its English text");
            Assert.Equal((name, english.Forms is null), (name, text.Forms is null));
            Assert.All(text.All(), form => Assert.False(string.IsNullOrWhiteSpace(form), $"{tag}: {name} is empty"));
        }
    }

    /// <summary>What is missing is shown in English; this list says what is.</summary>
    [Theory, MemberData(nameof(Tags))]
    public void No_text_is_missing(string tag) => Assert.Empty(Texts.English.Keys.Except(All.Find(tag)!.Names).Order());

    [Theory, MemberData(nameof(Tags))]
    public void A_text_that_counts_has_a_form_for_every_category_of_the_language(string tag)
    {
        var language = All.Find(tag)!;
        var categories = Enumerable.Range(0, 200).Select(n => PluralRules.Of(PluralRules.NameOf(language.Culture), n))
            .Where(category => category != PluralCategory.Other).ToHashSet();
        foreach (var name in language.Names.Where(name => language.TextOrNull(name)!.Forms is not null))
        {
            var forms = language.TextOrNull(name)!.Forms!.Keys;
            Assert.Equal((name, ""), (name, string.Join(' ', categories.Except(forms))));
            var all = PluralRules.CategoriesOf(PluralRules.NameOf(language.Culture));
            Assert.Equal((name, ""), (name, string.Join(' ', forms.Except(all))));
        }
    }

    /// <summary>WCAG 2.5.3: who speaks to the page says what they see.</summary>
    [Theory, MemberData(nameof(Tags))]
    public void What_is_read_aloud_has_the_words_that_are_seen(string tag)
    {
        using var use = new LanguageUse(All.Find(tag)!);
        Assert.Contains(Texts.Switch, Texts.SwitchAccount, StringComparison.OrdinalIgnoreCase);
    }

    [Theory, MemberData(nameof(Tags))]
    public void A_day_is_written_in_the_language(string tag)
    {
        using var use = new LanguageUse(All.Find(tag)!);
        var day = Text.Day(new(2026, 11, 29, 0, 0, 0, DateTimeKind.Utc));
        Assert.Contains("29", day, StringComparison.Ordinal);
        Assert.Contains("2026", day, StringComparison.Ordinal);
        Assert.DoesNotContain("November 2026", tag is "de" ? "" : day, StringComparison.Ordinal);
    }
}
