using System.Globalization;

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
/// The cardinal rules of Unicode CLDR 48 for whole numbers, because .NET has ICU's dates and numbers but not these. A language that is not
/// here has one and other.
/// </summary>
internal static class PluralRules
{
    // Every category of every language is that of one of these numbers.
    private static readonly long[] Samples = [.. Enumerable.Range(0, 200), 1_000_000];

    /// <summary>The name of the rules: the language, and Portugal beside Brazil.</summary>
    public static string NameOf(CultureInfo culture) =>
        culture.Name.StartsWith("pt-PT", StringComparison.Ordinal) ? "pt-PT" : culture.TwoLetterISOLanguageName;

    /// <summary>The categories that a language has; <see cref="PluralCategory.Other"/> is one of each, where a form is missing.</summary>
    public static IReadOnlySet<PluralCategory> CategoriesOf(string language) =>
        Samples.Select(count => Of(language, count)).Append(PluralCategory.Other).ToHashSet();

    public static PluralCategory Of(string language, long count) => language switch
    {
        "bm" or "bo" or "dz" or "hnj" or "id" or "ig" or "ii" or "ja" or "jbo" or "jv" or "kde" or "kea" or "km" or "ko" or "lkt" or "lo"
            or "ms" or "my" or "nqo" or "osa" or "sah" or "ses" or "sg" or "su" or "th" or "to" or "tpi" or "vi" or "wo" or "yo" or "yue"
            or "zh" => PluralCategory.Other,
        "ak" or "am" or "as" or "bho" or "bn" or "csw" or "doi" or "fa" or "ff" or "gu" or "guw" or "hi" or "hy" or "kab" or "kn" or "kok"
            or "ln" or "mg" or "nso" or "pa" or "pcm" or "si" or "ti" or "wa" or "zu" => OneIf(count is 0 or 1),
        "fr" or "pt" => IsMillions(count) ? PluralCategory.Many : OneIf(count is 0 or 1),
        "ca" or "es" or "it" or "lld" or "pt-PT" or "scn" or "vec" => IsMillions(count) ? PluralCategory.Many : OneIf(count == 1),
        "he" or "iu" or "naq" or "sat" or "se" or "sma" or "smi" or "smj" or "smn" or "sms" => Dual(count) ?? PluralCategory.Other,
        "blo" or "cv" or "ksh" or "lag" => count == 0 ? PluralCategory.Zero : OneIf(count == 1),
        "is" or "mk" => OneIf(EndsWithOne(count)),
        "ceb" or "fil" or "tl" => OneIf(count % 10 is not (4 or 6 or 9)),
        "tzm" => OneIf(count is 0 or 1 or >= 11 and <= 99),
        "shi" => count is >= 2 and <= 10 ? PluralCategory.Few : OneIf(count is 0 or 1),
        "pl" => count == 1 ? PluralCategory.One : EndsWithFew(count) ? PluralCategory.Few : PluralCategory.Many,
        "be" or "ru" or "uk" =>
            EndsWithOne(count) ? PluralCategory.One : EndsWithFew(count) ? PluralCategory.Few : PluralCategory.Many,
        "bs" or "hr" or "sh" or "sr" =>
            EndsWithOne(count) ? PluralCategory.One : EndsWithFew(count) ? PluralCategory.Few : PluralCategory.Other,
        "cs" or "sk" => count == 1 ? PluralCategory.One : count is >= 2 and <= 4 ? PluralCategory.Few : PluralCategory.Other,
        "dsb" or "hsb" or "sl" => (count % 100) switch
        {
            1 => PluralCategory.One, 2 => PluralCategory.Two, 3 or 4 => PluralCategory.Few, _ => PluralCategory.Other,
        },
        "mo" or "ro" =>
            count == 1 ? PluralCategory.One : count == 0 || count % 100 is >= 1 and <= 19 ? PluralCategory.Few : PluralCategory.Other,
        "lt" => Lithuanian(count),
        "lv" or "prg" => count % 10 == 0 || IsTeen(count) ? PluralCategory.Zero : OneIf(EndsWithOne(count)),
        "sgs" => EndsWithOne(count) ? PluralCategory.One : count == 2 ? PluralCategory.Two
            : count % 10 is >= 2 and <= 9 && !IsTeen(count) ? PluralCategory.Few : PluralCategory.Other,
        "ar" or "ars" => Arabic(count),
        "mt" => Maltese(count),
        "ga" => Dual(count) ?? (count is >= 3 and <= 6 ? PluralCategory.Few
            : count is >= 7 and <= 10 ? PluralCategory.Many : PluralCategory.Other),
        "gd" => count is 1 or 11 ? PluralCategory.One : count is 2 or 12 ? PluralCategory.Two
            : count is >= 3 and <= 19 ? PluralCategory.Few : PluralCategory.Other,
        "gv" => (count % 10) switch
        {
            1 => PluralCategory.One, 2 => PluralCategory.Two, _ => count % 20 == 0 ? PluralCategory.Few : PluralCategory.Other,
        },
        "cy" => count switch
        {
            0 => PluralCategory.Zero, 1 => PluralCategory.One, 2 => PluralCategory.Two, 3 => PluralCategory.Few, 6 => PluralCategory.Many,
            _ => PluralCategory.Other,
        },
        "br" => Breton(count),
        "kw" => Cornish(count),
        _ => OneIf(count == 1),
    };

    private static PluralCategory OneIf(bool isOne) => isOne ? PluralCategory.One : PluralCategory.Other;

    private static PluralCategory? Dual(long count) =>
        count switch { 1 => PluralCategory.One, 2 => PluralCategory.Two, _ => null };

    private static bool IsMillions(long count) => count != 0 && count % 1_000_000 == 0;

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

    private static PluralCategory Maltese(long count) => Dual(count) ?? (count == 0 ? PluralCategory.Few : (count % 100) switch
    {
        >= 3 and <= 10 => PluralCategory.Few,
        >= 11 and <= 19 => PluralCategory.Many,
        _ => PluralCategory.Other,
    });

    private static PluralCategory Breton(long count) => (count % 10, count % 100) switch
    {
        (1, not (11 or 71 or 91)) => PluralCategory.One,
        (2, not (12 or 72 or 92)) => PluralCategory.Two,
        (3 or 4 or 9, not (>= 10 and <= 19 or >= 70 and <= 79 or >= 90)) => PluralCategory.Few,
        _ => IsMillions(count) ? PluralCategory.Many : PluralCategory.Other,
    };

    private static PluralCategory Cornish(long count) => count switch
    {
        0 => PluralCategory.Zero,
        1 => PluralCategory.One,
        _ when count % 100 is 2 or 22 or 42 or 62 or 82 || count % 1_000_000 == 100_000
            || (count % 1000 == 0 && count % 100_000 is >= 1000 and <= 20_000 or 40_000 or 60_000 or 80_000) => PluralCategory.Two,
        _ => (count % 100) switch
        {
            3 or 23 or 43 or 63 or 83 => PluralCategory.Few,
            1 or 21 or 41 or 61 or 81 => PluralCategory.Many,
            _ => PluralCategory.Other,
        },
    };
}
