using System.Globalization;
using System.Text;
using AuthServer.Users.Profile;

namespace AuthServer.Users.EmailAddresses;

/// <summary>Which texts are e-mail addresses here: RFC 5321 mailboxes with a dot-string, also beyond ASCII (RFC 6531).</summary>
/// <remarks>
/// The domain must have a dot, because one without is a mistyped one: RFC 7085 section 3 and ICANN forbid mail at top-level domains. The
/// exception is
/// <c>localhost</c>, which RFC 6761 keeps for the machine itself.
/// </remarks>
public static class EmailAddress
{
    public const int MaxLength = 255;

    private const int MaxLocalPart = 64;
    private const int MaxDomain = 253;
    private const string Atext = "!#$%&'*+-/=?^_`{|}~.";

    public static bool IsValid(string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > MaxLength || text.Count(c => c == '@') != 1) return false;
        if (!text.EnumerateRunes().All(IsVisible) || !UnicodeText.IsWellFormed(text)) return false;

        // Judged in the form that the key is made from: compatibility characters turn into '@', '.' or a space there.
        var folded = UnicodeText.Normalize(text, NormalizationForm.FormKC);
        if (folded.Count(c => c == '@') != 1) return false;
        var at = folded.IndexOf('@', StringComparison.Ordinal);
        return IsLocalPart(folded.AsSpan(0, at)) && DomainToAscii(folded[(at + 1)..]) is { } domain
            && (domain.Contains('.', StringComparison.Ordinal) || domain.Equals("localhost", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The domain in A-labels (RFC 5890), or null when a label breaks the rules of host names.</summary>
    internal static string? DomainToAscii(string domain)
    {
        if (domain.Length is 0 or > MaxDomain || domain[0] == '.' || domain[^1] == '.') return null;
        try
        {
            var ascii = new IdnMapping { UseStd3AsciiRules = true }.GetAscii(domain);
            return ascii.Length <= MaxDomain && ascii.Split('.').All(IsLabel) ? ascii : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    // Quoted local parts are refused: hardly anyone has one, and mail programs read them differently.
    private static bool IsLocalPart(ReadOnlySpan<char> local)
    {
        if (local.Length is 0 or > MaxLocalPart || local[0] == '.' || local[^1] == '.' || local.Contains("..", StringComparison.Ordinal))
        {
            return false;
        }
        foreach (var rune in local.EnumerateRunes())
        {
            if (rune.IsAscii ? !char.IsAsciiLetterOrDigit((char)rune.Value)
                && !Atext.Contains((char)rune.Value, StringComparison.Ordinal) : !IsVisible(rune))
            {
                return false;
            }
        }

        return true;
    }

    // Format characters include the bidirectional controls, which make one address look like another.
    private static bool IsVisible(Rune rune) => rune != Rune.ReplacementChar && Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
