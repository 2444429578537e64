using System.Text;

namespace AuthServer.Users.Profile;

/// <summary>Unicode normalization of typed text.</summary>
internal static class UnicodeText
{
    private const char Noncharacter = '\uFFFE';
    private const char Replacement = '\uFFFD';

    /// <summary>Unlike the framework's, it never throws: halves of surrogate pairs and U+FFFE become U+FFFD.</summary>
    public static string Normalize(string text, NormalizationForm form)
    {
        var safe = IsWellFormed(text) ? text : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace(Noncharacter, Replacement);
        return safe.Normalize(form);
    }

    public static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == Noncharacter) return false;
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1])) return false;
            i++;
        }

        return true;
    }
}
