using System.Security.Cryptography;

namespace AuthServer.Audit;

/// <summary>A short code that a page shows and that finds the log entry and the audit row.</summary>
public static class ReferenceCode
{
    // Crockford's base32: no letter that is read as another one.
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public static string New()
    {
        var letters = RandomNumberGenerator.GetItems<char>(Alphabet, 8);
        return $"{letters.AsSpan(0, 4)}-{letters.AsSpan(4)}";
    }
}
