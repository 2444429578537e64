using System.Globalization;
using System.Text;

namespace AuthServer.Audit;

/// <summary>
/// Makes the text of a caller (a header, a name, an address) fit to be stored and printed; done once, where the text comes in.
/// </summary>
/// <remarks>
/// PostgreSQL refuses lone surrogates and U+0000, and counts a column's length in code points. A text that only the database refuses would
/// fail
/// whatever it is written with, such as the end of a session. Control characters and overrides of the writing direction would forge lines
/// on a console.
/// </remarks>
public static class ForeignText
{
    /// <summary>Removes what may not be stored or printed, and cuts the rest.</summary>
    /// <param name="longest">In code points, as the columns count.</param>
    /// <returns>Null when nothing is left.</returns>
    public static string? Clean(string? text, int longest)
    {
        if (string.IsNullOrEmpty(text)) return null;
        // Almost every text is fine as it is.
        if (text.Length <= longest && !text.AsSpan().ContainsAnyExceptInRange(' ', '~')) return text;

        var clean = new StringBuilder(Math.Min(text.Length, longest));
        var left = longest;
        foreach (var rune in text.EnumerateRunes())
        {
            // A lone surrogate is enumerated as U+FFFD, which is a whole character.
            if (!IsFit(rune)) continue;
            if (left-- == 0) break;
            clean.Append(rune.ToString());
        }

        return clean.Length == 0 ? null : clean.ToString();
    }

    private static bool IsFit(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        // Joiners belong to words and emoji; the marks and overrides of the writing direction do not.
        UnicodeCategory.Format => rune.Value is not (0x061C or 0x200E or 0x200F or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069)),
        _ => true,
    };
}
