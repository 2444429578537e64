using System.Globalization;
using System.Text;

namespace AuthServer.Users.Proofs;

/// <summary>A code as people type it: in groups, with the digits of their script, or with the wide letters of an Asian keyboard.</summary>
public static class TypedCode
{
    // U+FF01 to U+FF5E are U+0021 to U+007E in another width.
    private const int Wide = 0xFEE0, FirstWide = 0xFF01, LastWide = 0xFF5E;

    /// <returns>Letters and digits alone; digits of every script in ASCII.</returns>
    public static string Fold(string typed)
    {
        var folded = new StringBuilder(typed.Length);
        foreach (var rune in typed.EnumerateRunes())
        {
            if (Rune.IsDigit(rune)) folded.Append(((int)Rune.GetNumericValue(rune)).ToString(CultureInfo.InvariantCulture));
            else if (Rune.IsLetter(rune)) folded.Append(rune.Value is >= FirstWide and <= LastWide ? new Rune(rune.Value - Wide) : rune);
        }

        return folded.ToString();
    }

    /// <summary>The digits alone, at most <paramref name="most"/>.</summary>
    public static string Digits(string typed, int most) => string.Concat(Fold(typed).Where(char.IsAsciiDigit).Take(most));
}
