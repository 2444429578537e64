using AuthServer.Ui.Resources;

namespace AuthServer.UnitTests.Languages;

/// <summary>Against the samples of Unicode CLDR's rules for cardinals; the longer ones are what ICU 78 says.</summary>
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
    [InlineData("ak", "one: 0 1; other: 2 3 4 5 6 7 90 91 92 1000 1001")]
    [InlineData("blo", "zero: 0; one: 1; other: 2 3 4 5 6 7 90 91 92 1000 1001")]
    [InlineData(
        "br",
        "one: 1 21 31 41 51 61 81 101 121 1001; two: 2 22 32 42 52 62 82 102 122; few: 3 4 9 23 24 29 103 104 109; "
        + "many: 1000000; other: 0 5 6 7 8 10 90 91 92 1000 1100")]
    [InlineData("ceb", "one: 0 1 2 3 5 7 90 91 92 1000 1001; other: 4 6 9 14 16 19 94 96 99")]
    [InlineData("cy", "zero: 0; one: 1; two: 2; few: 3; many: 6; other: 4 5 7 8 9 10 90 91 92 1000 1001")]
    [InlineData("dsb", "one: 1 101 1001; two: 2 102; few: 3 4 103 104; other: 0 5 6 7 8 9 90 91 92 1000 1100")]
    [InlineData("fil", "one: 0 1 2 3 5 7 90 91 92 1000 1001; other: 4 6 9 14 16 19 94 96 99")]
    [InlineData("ga", "one: 1; two: 2; few: 3 4 5 6; many: 7 8 9 10; other: 0 11 12 13 14 15 90 91 92 1000 1001")]
    [InlineData("gd", "one: 1 11; two: 2 12; few: 3 4 5 6 7 8; other: 0 20 21 22 23 24 90 91 92 1000 1001")]
    [InlineData(
        "gv",
        "one: 1 11 21 31 41 51 91 101 111 1001; two: 2 12 22 32 42 52 92 102 112; few: 0 20 40 60 80 100 120 1000 1100; "
        + "other: 3 4 5 6 7 8 90 93 94")]
    [InlineData("he", "one: 1; two: 2; other: 0 3 4 5 6 7 90 91 92 1000 1001")]
    [InlineData("iu", "one: 1; two: 2; other: 0 3 4 5 6 7 90 91 92 1000 1001")]
    [InlineData("kok", "one: 0 1; other: 2 3 4 5 6 7 90 91 92 1000 1001")]
    [InlineData("ksh", "zero: 0; one: 1; other: 2 3 4 5 6 7 90 91 92 1000 1001")]
    [InlineData(
        "kw",
        "zero: 0; one: 1; two: 2 22 42 62 82 102 122 1000 2000; few: 3 23 43 63 83 103 123; many: 21 41 61 81 101 121 1001; "
        + "other: 4 5 6 7 8 9 90 91 92 1100 21000")]
    [InlineData("lag", "zero: 0; one: 1; other: 2 3 4 5 6 7 90 91 92 1000 1001")]
    [InlineData(
        "mt",
        "one: 1; two: 2; few: 0 3 4 5 6 7 103 104 105; many: 11 12 13 14 15 16 111 112 113; "
        + "other: 20 21 22 23 24 25 90 91 92 1000 1001")]
    [InlineData("pa", "one: 0 1; other: 2 3 4 5 6 7 90 91 92 1000 1001")]
    [InlineData("pt-PT", "one: 1; many: 1000000; other: 0 2 3 4 5 6 90 91 92 1000 1001")]
    [InlineData("prg", "zero: 0 10 11 12 13 14 90 100 110 1000 1100; one: 1 21 31 41 51 61 91 101 121 1001; other: 2 3 4 5 6 7 92 93 94")]
    [InlineData("se", "one: 1; two: 2; other: 0 3 4 5 6 7 90 91 92 1000 1001")]
    [InlineData(
        "sgs",
        "one: 1 21 31 41 51 61 91 101 121 1001; two: 2; few: 3 4 5 6 7 8 92 93 94; other: 0 10 11 12 13 14 90 100 110 1000 1100")]
    [InlineData("shi", "one: 0 1; few: 2 3 4 5 6 7 8 9 10; other: 11 12 13 14 15 16 90 91 92 1000 1001")]
    [InlineData("si", "one: 0 1; other: 2 3 4 5 6 7 90 91 92 1000 1001")]
    [InlineData("tzm", "one: 0 1 11 12 13 14 90 91 92; other: 2 3 4 5 6 7 100 101 102 1000 1001")]
    [InlineData("es", "one: 1; many: 1000000; other: 0 2 3 4 5 6 90 91 92 1000 1001")]
    [InlineData("ca", "one: 1; many: 1000000; other: 0 2 3 4 5 6 90 91 92 1000 1001")]
    [InlineData("it", "one: 1; many: 1000000; other: 0 2 3 4 5 6 90 91 92 1000 1001")]
    [InlineData("fr", "one: 0 1; many: 1000000; other: 2 3 4 5 6 7 90 91 92 1000 1001")]
    [InlineData("pt", "one: 0 1; many: 1000000; other: 2 3 4 5 6 7 90 91 92 1000 1001")]
    [InlineData("ig", "other: 0 1 2 3 4 5 90 91 92 1000 1001")]
    [InlineData("wo", "other: 0 1 2 3 4 5 90 91 92 1000 1001")]
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
