using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace AuthServer.Users.SecondFactors;

/// <summary>
/// Carries the secret of an app that is being set up through its page, sealed and bound to the account, so that nothing is stored before a
/// code has proved it.
/// </summary>
public sealed class EnrolmentKeys(IDataProtectionProvider protection, TimeProvider time)
{
    private const int LongestText = 1024;

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(30);

    private readonly IDataProtector _protector = protection.CreateProtector("authplatform/totp-enrolment/1");

    /// <returns>A new secret in base32, and its sealed form.</returns>
    public (string Secret, string Sealed) New(Guid user)
    {
        var secret = Base32.Encode(Totp.NewSecret());
        var bytes = JsonSerializer.SerializeToUtf8Bytes(new Key(user, secret, time.GetUtcNow().UtcDateTime));
        return (secret, Base64Url.EncodeToString(_protector.Protect(bytes)));
    }

    /// <returns>The secret in base32; null when it is of another account, too old, or not made here.</returns>
    public string? Open(Guid user, string text)
    {
        if (text.Length is 0 or > LongestText || !Base64Url.IsValid(text)) return null;
        try
        {
            var key = JsonSerializer.Deserialize<Key>(_protector.Unprotect(Base64Url.DecodeFromChars(text)));
            return key is not null && key.User == user && time.GetUtcNow().UtcDateTime - key.At < Life ? key.Secret : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>What the QR code says (Key Uri Format of authenticator apps).</summary>
    public static string AddressOf(string secret, string serverName, string email)
    {
        var label = new StringBuilder("otpauth://totp/").Append(Uri.EscapeDataString(serverName)).Append(':')
            .Append(Uri.EscapeDataString(email));
        return label.Append("?secret=").Append(secret).Append("&issuer=").Append(Uri.EscapeDataString(serverName)).ToString();
    }

    private sealed record Key(Guid User, string Secret, DateTime At);
}
