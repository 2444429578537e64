using System.Globalization;
using System.Text;
using AuthServer.Users.Profile;

namespace AuthServer.Users.Passwords;

/// <summary>
/// Finds passwords that are the person's names or address, or the name of this server or app, in any spelling: with digits and signs
/// between and behind, signs for letters, without accents, backwards.
/// </summary>
/// <remarks>
/// The estimate of guesses knows these words too, but digits behind and mixed case soon make it call such a password strong.
/// </remarks>
internal static class OwnWords
{
    private const int ShortestWord = 3;
    private const int MostOtherLetters = 2;

    // What people type for a letter; a 1 is either of two.
    private const string Signs = "@43€0$578+(69";
    private const string Letters = "aaeeosstbtcgg";

    private static readonly Dictionary<char, string> Spelled = new()
    {
        ['ß'] = "ss", ['æ'] = "ae", ['œ'] = "oe", ['ø'] = "o", ['ł'] = "l", ['đ'] = "d", ['ð'] = "d", ['þ'] = "th", ['ı'] = "i",
    };

    private static readonly Dictionary<char, string> Transliterated = new() { ['ä'] = "ae", ['ö'] = "oe", ['ü'] = "ue", ['å'] = "aa" };

    /// <summary>Whether the password has one of the words, and besides it at most two letters.</summary>
    public static bool AreAllOf(string password, IEnumerable<string?> own)
    {
        var words = own.OfType<string>().SelectMany(WordsOf).ToHashSet(StringComparer.Ordinal);
        return words.Count > 0
            && new char?[] { null, 'i', 'l' }.Any(one => OtherLetters(Typed(password, one), words) is <= MostOtherLetters);
    }

    /// <returns>Null when none of the words is there.</returns>
    private static int? OtherLetters(List<(char Letter, bool IsLetter)> typed, HashSet<string> words)
    {
        var text = string.Concat(typed.Select(t => t.Letter));
        var covered = new bool[text.Length];
        foreach (var word in words)
        {
            for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
            {
                covered.AsSpan(at, word.Length).Fill(true);
            }
        }
        return covered.Contains(true) ? typed.Where((t, i) => t.IsLetter && !covered[i]).Count() : null;
    }

    /// <param name="one">The letter that a 1 or ! stands for; null: signs stand for no letter.</param>
    private static List<(char Letter, bool IsLetter)> Typed(string password, char? one)
    {
        var typed = new List<(char, bool)>();
        foreach (var c in Folded(password))
        {
            if (char.IsLetter(c)) typed.Add((c, true));
            else if (one is null) continue;
            else if (c is '1' or '!' or '|') typed.Add((one.Value, false));
            else if (Signs.IndexOf(c, StringComparison.Ordinal) is var sign and >= 0) typed.Add((Letters[sign], false));
        }
        return typed;
    }

    /// <summary>The whole and its parts, letters alone, in both directions.</summary>
    private static IEnumerable<string> WordsOf(string text)
    {
        var lower = UnicodeText.Normalize(text, NormalizationForm.FormC).ToLowerInvariant();
        foreach (var spelling in new[] { Folded(lower), Folded(Replaced(lower, Transliterated)) })
        {
            var parts = Parts(spelling).ToList();
            foreach (var word in parts.Append(string.Concat(parts)).Where(IsLongEnough))
            {
                yield return word;
                yield return string.Concat(word.Reverse());
            }
        }
    }

    private static IEnumerable<string> Parts(string text)
    {
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsLetter(text[i])) continue;
            if (i > start) yield return text[start..i];
            start = i + 1;
        }
    }

    // Two signs are a name in Chinese or Japanese.
    private static bool IsLongEnough(string word) => word.Length >= ShortestWord || (word.Length == 2 && !Ascii.IsValid(word));

    /// <summary>In lower case and without accents.</summary>
    private static string Folded(string text) => Replaced(
        string.Concat(UnicodeText.Normalize(text, NormalizationForm.FormKD).ToLowerInvariant()
            .Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark)), Spelled);

    private static string Replaced(string text, Dictionary<char, string> by) =>
        string.Concat(text.Select(c => by.TryGetValue(c, out var letters) ? letters : c.ToString()));
}
