using System.Text;
using AuthServer.Users.Profile;

namespace AuthServer.Users.Passwords;

/// <summary>A password as it is counted and hashed: NFC, so that every keyboard gives the same bytes.</summary>
internal static class PasswordText
{
    public static string Normalize(string password) => UnicodeText.Normalize(password, NormalizationForm.FormC);

    public static byte[] Bytes(string password) => Encoding.UTF8.GetBytes(Normalize(password));
}
