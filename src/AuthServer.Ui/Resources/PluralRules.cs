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
/// The cardinal rules of Unicode CLDR for whole numbers. The category of millions that Romance languages have is left out: nothing here
/// counts so far.
/// </summary>
internal static class PluralRules
{
    public static PluralCategory Of(string language, long count) => language switch
    {
        "ja" or "ko" or "zh" or "vi" or "th" or "id" => PluralCategory.Other,
        "fr" or "pt" or "hi" or "fa" => count is 0 or 1 ? PluralCategory.One : PluralCategory.Other,
        "pl" => Polish(count),
        "ru" or "uk" => EastSlavic(count),
        "cs" or "sk" => count == 1 ? PluralCategory.One : count is >= 2 and <= 4 ? PluralCategory.Few : PluralCategory.Other,
        "ar" => Arabic(count),
        "he" => count switch { 1 => PluralCategory.One, 2 => PluralCategory.Two, _ => PluralCategory.Other },
        _ => count == 1 ? PluralCategory.One : PluralCategory.Other,
    };

    private static PluralCategory Polish(long count) =>
        count == 1 ? PluralCategory.One : IsFew(count) ? PluralCategory.Few : PluralCategory.Many;

    private static PluralCategory EastSlavic(long count) =>
        count % 10 == 1 && count % 100 != 11 ? PluralCategory.One : IsFew(count) ? PluralCategory.Few : PluralCategory.Many;

    private static bool IsFew(long count) => count % 10 is >= 2 and <= 4 && count % 100 is < 12 or > 14;

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
