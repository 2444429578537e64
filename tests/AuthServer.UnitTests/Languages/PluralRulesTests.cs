using AuthServer.Ui.Resources;

namespace AuthServer.UnitTests.Languages;

/// <summary>Against the samples of Unicode CLDR's rules for cardinals.</summary>
public sealed class PluralRulesTests
{
    [Theory]
    [InlineData("en", "one: 1; other: 0 2 11 21 100")]
    [InlineData("de", "one: 1; other: 0 2 11 21 100")]
    [InlineData("tr", "one: 1; other: 0 2 11 21 100")]
    [InlineData("fr", "one: 0 1; other: 2 11 21 100")]
    [InlineData("pt", "one: 0 1; other: 2 11 21 100")]
    [InlineData("hi", "one: 0 1; other: 2 11 21 100")]
    [InlineData("ja", "other: 0 1 2 11 21 100")]
    [InlineData("ko", "other: 0 1 2 11 21 100")]
    [InlineData("zh", "other: 0 1 2 11 21 100")]
    [InlineData("pl", "one: 1; few: 2 3 4 22 24 102; many: 0 5 11 12 14 19 21 25 100 112")]
    [InlineData("ru", "one: 1 21 31 101; few: 2 3 4 22 24 102; many: 0 5 11 12 14 19 25 100 111 112")]
    [InlineData("cs", "one: 1; few: 2 3 4; other: 0 5 11 12 22 100")]
    [InlineData("hr", "one: 1 21 31 101; few: 2 3 4 22 24 102; other: 0 5 11 12 14 19 25 100 111 112")]
    [InlineData("sl", "one: 1 101 201; two: 2 102; few: 3 4 103 104; other: 0 5 11 12 14 100 111")]
    [InlineData("ro", "one: 1; few: 0 2 16 101 119; other: 20 35 100 120")]
    [InlineData("lt", "one: 1 21 31 101; few: 2 9 22 29 102; other: 0 10 11 12 19 20 30 100 111")]
    [InlineData("lv", "zero: 0 10 11 19 20 30 100 111; one: 1 21 31 101; other: 2 9 22 29 102")]
    [InlineData("is", "one: 1 21 31 101; other: 0 2 11 12 100 111")]
    [InlineData("he", "one: 1; two: 2; other: 0 3 11 20 100")]
    [InlineData("ar", "zero: 0; one: 1; two: 2; few: 3 10 103 110; many: 11 26 99 111 199; other: 100 101 102 200")]
    public void A_number_has_the_category_that_the_rules_of_its_language_give_it(string language, string expected)
    {
        foreach (var category in expected.Split("; "))
        {
            var (name, samples) = (category.Split(": ")[0], category.Split(": ")[1]);
            foreach (var sample in samples.Split(' '))
            {
                var found = PluralRules.Of(language, long.Parse(sample, System.Globalization.CultureInfo.InvariantCulture));
                Assert.Equal((sample, name), (sample, found.ToString().ToLowerInvariant()));
            }
        }
    }
}
