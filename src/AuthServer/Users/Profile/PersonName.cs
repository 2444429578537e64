using System.Globalization;
using System.Text;

namespace AuthServer.Users.Profile;

/// <summary>A first or last name as it is stored: NFC, trimmed, without characters that are not seen.</summary>
public static class PersonName
{
    public const int MaxLength = 100;

    /// <summary>Null when nothing is left.</summary>
    public static string? Clean(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        // Controls break lines in mails and logs; bidirectional controls reverse the text that follows the name.
        // The joiners stay: names in several scripts are written with them.
        var kept = string.Concat(text.EnumerateRunes().Where(IsKept).Select(r => r.ToString()));
        var name = UnicodeText.Normalize(kept, NormalizationForm.FormC).Trim();
        return name.Length == 0 ? null : name;
    }

    private static bool IsKept(Rune rune) => rune.Value is 0x200C or 0x200D || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
