using AuthServer.Ui.Resources;

namespace AuthServer.UnitTests.Languages;

/// <summary>Which language a person gets for what their browser or app asks for (RFC 4647 section 3.4).</summary>
public sealed class LanguageSetTests
{
    private static readonly LanguageSet All = LanguageFiles.Read(null);

    [Theory]
    [InlineData("de", "de")]
    [InlineData("DE", "de")]
    [InlineData("de-CH", "de")]
    [InlineData("de-CH-1996", "de")]
    [InlineData("pt", "pt-BR")]
    [InlineData("pt-PT", "pt-BR")]
    [InlineData("zh", "zh-Hans")]
    [InlineData("zh-CN", "zh-Hans")]
    [InlineData("zh-TW", "zh-Hant")]
    [InlineData("zh-HK", "zh-Hant")]
    [InlineData("zh-Hant-TW", "zh-Hant")]
    [InlineData("zh-Hans-SG", "zh-Hans")]
    [InlineData("iw", "he")]
    [InlineData("ar-u-nu-latn", "ar")]
    [InlineData("en-GB", "en")]
    [InlineData("xx", null)]
    [InlineData("", null)]
    [InlineData("*", null)]
    [InlineData("-", null)]
    [InlineData("d", null)]
    [InlineData("a-very-long-range-that-no-language-has-and-that-nobody-needs-to-look-for", null)]
    public void The_range_or_the_nearest_language_above_it_is_found(string range, string? expected) =>
        Assert.Equal(expected, All.Find(range)?.Tag);

    [Fact]
    public void The_first_range_that_has_a_language_decides() =>
        Assert.Equal("fr", All.FindFirst(["tlh", "fr-CA", "de"])?.Tag);

    [Fact]
    public void English_is_the_language_of_those_of_whom_nothing_is_known_unless_the_operator_has_another()
    {
        Assert.Equal("en", All.Default.Tag);
        Assert.Equal("nl", All.Only(["nl", "en"])!.Default.Tag);
        Assert.Null(All.Only(["nl", "en"])!.Find("de"));
        Assert.Null(All.Only(["nl", "tlh"]));
    }

    [Fact]
    public void The_languages_of_the_issue_are_there_and_know_their_names_and_directions()
    {
        string[] expected =
        [
            "en", "ar", "de", "es", "fr", "he", "hi", "it", "ja", "ko", "nl", "pl", "pt-BR", "tr", "zh-Hans", "zh-Hant",
        ];
        Assert.Equal(expected.Order(StringComparer.Ordinal), All.All.Select(l => l.Tag).Order(StringComparer.Ordinal));
        Assert.Equal(["ar", "he"], All.All.Where(l => l.Direction == "rtl").Select(l => l.Tag).Order(StringComparer.Ordinal));
        Assert.Equal("Deutsch", All.Find("de")!.Name);
        // Dates of the Gregorian calendar in every language, as the texts around them and the protocol count.
        Assert.All(All.All, l => Assert.IsType<System.Globalization.GregorianCalendar>(l.Culture.Calendar));
    }
}
