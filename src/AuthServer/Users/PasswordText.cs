using System.Text;

namespace AuthServer.Users;

/// <summary>A password as it is counted and hashed: NFC, so that every keyboard gives the same bytes.</summary>
internal static class PasswordText
{
    public static string Normalize(string password)
    {
        // Half of a surrogate pair cannot be normalized; it becomes U+FFFD, as in every UTF-8 encoder.
        if (!EmailAddress.IsWellFormed(password)) password = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(password));
        return password.Normalize(NormalizationForm.FormC);
    }

    public static byte[] Bytes(string password) => Encoding.UTF8.GetBytes(Normalize(password));
}
