namespace AuthServer.Ui.Resources;

/// <summary>The categories of Unicode CLDR, by which a language chooses the form of a text that counts.</summary>
internal enum PluralCategory
{
    Zero,
    One,
    Two,
    Few,
    Many,
    Other,
}

/// <summary>
/// The cardinal rules of Unicode CLDR for whole numbers, because .NET has ICU's dates and numbers but not these. The category of millions
/// that Romance languages have is left out: nothing here counts so far. A language that is not here has one and other.
/// </summary>
internal static class PluralRules
{
    public static PluralCategory Of(string language, long count) => language switch
    {
        "ja" or "ko" or "zh" or "vi" or "th" or "id" or "ms" or "lo" or "my" => PluralCategory.Other,
        "fr" or "pt" or "hi" or "fa" or "bn" or "gu" or "kn" or "hy" or "am" or "zu" => OneIf(count is 0 or 1),
        "is" or "mk" => OneIf(EndsWithOne(count)),
        "pl" => count == 1 ? PluralCategory.One : EndsWithFew(count) ? PluralCategory.Few : PluralCategory.Many,
        "ru" or "uk" or "be" =>
            EndsWithOne(count) ? PluralCategory.One : EndsWithFew(count) ? PluralCategory.Few : PluralCategory.Many,
        "hr" or "sr" or "bs" =>
            EndsWithOne(count) ? PluralCategory.One : EndsWithFew(count) ? PluralCategory.Few : PluralCategory.Other,
        "cs" or "sk" => count == 1 ? PluralCategory.One : count is >= 2 and <= 4 ? PluralCategory.Few : PluralCategory.Other,
        "sl" => (count % 100) switch
        {
            1 => PluralCategory.One, 2 => PluralCategory.Two, 3 or 4 => PluralCategory.Few, _ => PluralCategory.Other,
        },
        "ro" => count == 1 ? PluralCategory.One : count == 0 || count % 100 is >= 1 and <= 19 ? PluralCategory.Few : PluralCategory.Other,
        "lt" => Lithuanian(count),
        "lv" => count % 10 == 0 || IsTeen(count) ? PluralCategory.Zero : OneIf(EndsWithOne(count)),
        "ar" => Arabic(count),
        "he" => count switch { 1 => PluralCategory.One, 2 => PluralCategory.Two, _ => PluralCategory.Other },
        _ => OneIf(count == 1),
    };

    private static PluralCategory OneIf(bool isOne) => isOne ? PluralCategory.One : PluralCategory.Other;

    private static bool EndsWithOne(long count) => count % 10 == 1 && count % 100 != 11;

    private static bool EndsWithFew(long count) => count % 10 is >= 2 and <= 4 && count % 100 is < 12 or > 14;

    private static bool IsTeen(long count) => count % 100 is >= 11 and <= 19;

    private static PluralCategory Lithuanian(long count) => IsTeen(count) ? PluralCategory.Other : (count % 10) switch
    {
        0 => PluralCategory.Other, 1 => PluralCategory.One, _ => PluralCategory.Few,
    };

    private static PluralCategory Arabic(long count) => count switch
    {
        0 => PluralCategory.Zero,
        1 => PluralCategory.One,
        2 => PluralCategory.Two,
        _ => (count % 100) switch
        {
            >= 3 and <= 10 => PluralCategory.Few,
            >= 11 => PluralCategory.Many,
            _ => PluralCategory.Other,
        },
    };
}
