using System.Text;
using AuthServer.Users.Profile;

namespace AuthServer.Users.EmailAddresses;

/// <summary>What makes two e-mail addresses the same account: NFKC, case-folded, the domain in A-labels.</summary>
public static class EmailKey
{
    private const int MostRounds = 8;

    /// <summary>The key of any text, so that a look-up never fails; only valid addresses ever get a row.</summary>
    public static string Of(string email)
    {
        var folded = Fold(email);
        var at = folded.LastIndexOf('@');
        if (at < 0) return folded;
        var domain = EmailAddress.DomainToAscii(folded[(at + 1)..]);
        return domain is null ? folded : string.Concat(folded.AsSpan(0, at + 1), domain.ToLowerInvariant());
    }

    /// <summary>The key that PostgreSQL's trigger gives a row which another SQL client wrote: lower(normalize(email, NFKC)).</summary>
    internal static string OfSqlClient(string email) => UnicodeText.Normalize(email, NormalizationForm.FormKC).ToLowerInvariant();

    // Upper case first: letters such as the final sigma have one capital and two small forms. A fold can make a text
    // that normalizes further, so it is repeated until nothing moves and the key of a key is itself.
    internal static string Fold(string text)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var next = UnicodeText.Normalize(text, NormalizationForm.FormKC).ToUpperInvariant().ToLowerInvariant()
                .Normalize(NormalizationForm.FormKC);
            if (next == text) break;
            text = next;
        }

        return text;
    }
}
