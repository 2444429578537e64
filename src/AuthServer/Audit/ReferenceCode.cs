using System.Security.Cryptography;

namespace AuthServer.Audit;

/// <summary>A short code that an answer shows and that finds the log entry and the audit row; one for each request.</summary>
public static class ReferenceCode
{
    // Crockford's base32: no letter that is read as another one.
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private static readonly object Key = new();

    /// <summary>The code of the request, made when it is first asked for.</summary>
    public static string Of(HttpContext http)
    {
        if (http.Items.TryGetValue(Key, out var known)) return (string)known!;
        var made = New();
        http.Items[Key] = made;
        return made;
    }

    private static string New()
    {
        var letters = RandomNumberGenerator.GetItems<char>(Alphabet, 8);
        return $"{letters.AsSpan(0, 4)}-{letters.AsSpan(4)}";
    }
}
