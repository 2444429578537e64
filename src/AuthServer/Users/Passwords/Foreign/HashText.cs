using System.Buffers.Text;
using System.Globalization;

namespace AuthServer.Users.Passwords.Foreign;

/// <summary>The pieces of which the text forms of hashes are made.</summary>
internal static class HashText
{
    /// <returns>Null for what is not base64 in the standard alphabet. The padding may be missing.</returns>
    public static byte[]? Base64OrNull(string text)
    {
        var bare = text.TrimEnd('=');
        var padded = bare + new string('=', (4 - (bare.Length % 4)) % 4);
        return Base64.IsValid(padded) ? Convert.FromBase64String(padded) : null;
    }

    public static string Unpadded(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    /// <summary>Digits that a pattern has bounded to what an int holds.</summary>
    public static int Number(ReadOnlySpan<char> digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

    public static bool IsSize(byte[]? bytes, int least, int most) => bytes is not null && bytes.Length >= least && bytes.Length <= most;
}
