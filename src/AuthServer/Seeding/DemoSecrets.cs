using System.Security.Cryptography;
using System.Text;
using AuthServer.Keys;

namespace AuthServer.Seeding;

/// <summary>
/// The demo's passwords and client secrets: derived from SECRET_KEY, so that every start and every replica prints the same and none is in
/// the source.
/// </summary>
public sealed class DemoSecrets(SecretOptions secrets)
{
    // Without letters and digits that look alike: people type these.
    private const string Upper = "ABCDEFGHJKLMNPQRSTUVWXYZ", Lower = "abcdefghjkmnpqrstuvwxyz", Digits = "23456789";

    /// <summary>Such as <c>Kwpzm-4827-hqtvd</c>: about 56 bits, and every kind of character that the policy asks for.</summary>
    public string Password(string email)
    {
        var bytes = Derive("password", email, 14);
        var text = new StringBuilder();
        for (var i = 0; i < bytes.Length; i++)
        {
            var letters = i switch { 0 => Upper, >= 5 and < 9 => Digits, _ => Lower };
            if (i is 5 or 9) text.Append('-');
            // The bias of the remainder is below 10 %, which costs less than a bit in all.
            text.Append(letters[bytes[i] % letters.Length]);
        }
        return text.ToString();
    }

    public string ClientSecret(string clientId) => Convert.ToHexStringLower(Derive("client", clientId, 32));

    private byte[] Derive(string kind, string name, int size) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secrets.SecretKey, size, info: Encoding.UTF8.GetBytes($"demo/1/{kind}/{name}"));
}
