using System.Text;
using AuthServer.Keys;
using Microsoft.AspNetCore.DataProtection;

namespace AuthServer.Users.SecondFactors;

/// <summary>
/// Carries the secret of an app that is being set up through its page, sealed and bound to the account, so that nothing is stored before a
/// code has proved it.
/// </summary>
public sealed class EnrolmentKeys(IDataProtectionProvider protection, TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(30);

    private readonly SealedText _sealed = new(protection, "authplatform/totp-enrolment/1", longest: 1024);

    /// <returns>A new secret in base32, and its sealed form.</returns>
    public (string Secret, string Sealed) New(Guid user)
    {
        var secret = Base32.Encode(Totp.NewSecret());
        return (secret, _sealed.Seal(new Key(user, secret, time.GetUtcNow().UtcDateTime)));
    }

    /// <returns>The secret in base32; null when it is of another account, too old, or not made here.</returns>
    public string? Open(Guid user, string text) =>
        _sealed.Open<Key>(text) is { } key && key.User == user && time.GetUtcNow().UtcDateTime - key.At < Life ? key.Secret : null;

    /// <summary>What the QR code says (Key Uri Format of authenticator apps).</summary>
    public static string AddressOf(string secret, string serverName, string email)
    {
        var label = new StringBuilder("otpauth://totp/").Append(Uri.EscapeDataString(serverName)).Append(':')
            .Append(Uri.EscapeDataString(email));
        return label.Append("?secret=").Append(secret).Append("&issuer=").Append(Uri.EscapeDataString(serverName)).ToString();
    }

    private sealed record Key(Guid User, string Secret, DateTime At);
}
