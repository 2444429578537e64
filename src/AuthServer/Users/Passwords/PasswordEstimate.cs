using AuthServer.Users.Profile;
using Zxcvbn;
using Zxcvbn.Matcher;

namespace AuthServer.Users.Passwords;

/// <summary>Estimates how many guesses a password withstands, with zxcvbn (Wheeler, USENIX Security 2016); ADR 0013 says why.</summary>
/// <remarks>
/// A list of common passwords alone does not match <c>P@ssw0rd1!</c>, which every guessing program tries at once: zxcvbn knows words,
/// names, keyboard rows, dates, repetitions, and the letters that people replace by signs.
/// </remarks>
internal static class PasswordEstimate
{
    /// <summary>
    /// Characters that are judged: the cost grows fast with the length (1 ms for 20, 2 ms for 32, 70 ms and 46 MB for 128).
    /// </summary>
    /// <remarks>What follows can only add to the strength of the beginning.</remarks>
    internal const int MostJudged = 32;

    /// <summary>
    /// zxcvbn's "safely unguessable": about 2^34 guesses, which against Argon2id of 19 MiB cost months of a graphics card.
    /// </summary>
    private const int LeastScore = 3;

    private const int ShortestOwnWord = 3;
    private const string OwnWords = "user_inputs";

    // Loads its word lists, some 150 ms, when the first password is judged.
    private static readonly Lazy<Zxcvbn.Zxcvbn> Estimator = new(() => new());
    // zxcvbn does not promise to be safe for concurrent use.
    private static readonly Lock Gate = new();

    /// <param name="own">Words that an attacker of this account tries first: the person's names and address, the name of this
    /// server.</param>
    /// <returns>The reason why the password is easy to guess, or null.</returns>
    public static PasswordProblem? Judge(string password, IEnumerable<string?> own)
    {
        var words = own.SelectMany(WordsOf).Distinct(StringComparer.Ordinal).ToList();
        var beginning = password.Length <= MostJudged ? password : password[..MostJudged];
        Result result;
        lock (Gate) result = Estimator.Value.EvaluatePassword(beginning, words);
        return result.Score >= LeastScore ? null : Reason(result.MatchSequence);
    }

    private static PasswordProblem Reason(IEnumerable<Match> matches)
    {
        var dictionaries = matches.OfType<DictionaryMatch>().Where(m => m.Token.Length >= ShortestOwnWord).ToList();
        return dictionaries.Exists(m => m.DictionaryName == OwnWords) ? PasswordProblem.ContainsOwnWord
            : dictionaries.Count > 0 ? PasswordProblem.TooCommon
            : PasswordProblem.TooSimple;
    }

    /// <summary>The text itself, and the words in it.</summary>
    private static IEnumerable<string> WordsOf(string? text)
    {
        if (text is null) yield break;
        var folded = UnicodeText.Normalize(text, System.Text.NormalizationForm.FormC).ToLowerInvariant();
        if (folded.Length >= ShortestOwnWord) yield return folded;
        var start = 0;
        for (var i = 0; i <= folded.Length; i++)
        {
            if (i < folded.Length && char.IsLetterOrDigit(folded[i])) continue;
            if (i - start >= ShortestOwnWord && i - start < folded.Length) yield return folded[start..i];
            start = i + 1;
        }
    }
}
