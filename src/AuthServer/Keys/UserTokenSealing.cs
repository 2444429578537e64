using System.Security.Cryptography;
using System.Text;

namespace AuthServer.Keys;

/// <summary>Seals the values of user_tokens, such as the secret of an authenticator app, under a key derived from SECRET_KEY.</summary>
public sealed class UserTokenSealing(SecretOptions secrets)
{
    private const int MarkLetters = 6;

    private readonly Sealing _sealing = new("authplatform/user-tokens/1", secrets.SecretKey, secrets.SecretKeyPrevious);

    /// <param name="provider">With the name and the user it is the key of the row, to which the value is bound.</param>
    public string Seal(Guid user, string provider, string name, string value) =>
        Convert.ToBase64String(_sealing.Seal(Encoding.UTF8.GetBytes(value), Place(user, provider, name)));

    /// <exception cref="CryptographicException">Sealed with another secret, moved from another row, or damaged.</exception>
    public string Open(Guid user, string provider, string name, string box) =>
        Encoding.UTF8.GetString(_sealing.Open(Bytes(box), Place(user, provider, name)));

    /// <summary>The sealed form of a value under the current SECRET_KEY.</summary>
    public Renewed<string> Renew(Guid user, string provider, string name, string box)
    {
        var (opens, value) = _sealing.Renew(Bytes(box), Place(user, provider, name));
        return new(opens, value is null ? null : Convert.ToBase64String(value));
    }

    /// <summary>What every value under SECRET_KEY_PREVIOUS begins with: six letters of Base64, which are version and mark.</summary>
    /// <returns>Null when the setting is absent, or is the current secret.</returns>
    public string? PreviousMark => _sealing.PreviousHead is { } head ? Convert.ToBase64String(head)[..MarkLetters] : null;

    // The length parts the two names, whatever signs are in them.
    private static string Place(Guid user, string provider, string name) =>
        $"user_tokens|value|{user:N}|{provider.Length}|{provider}|{name}";

    private static byte[] Bytes(string box)
    {
        var bytes = new byte[box.Length];
        return Convert.TryFromBase64String(box, bytes, out var length) ? bytes[..length] : [];
    }
}
