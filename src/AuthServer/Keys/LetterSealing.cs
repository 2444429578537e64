using System.Security.Cryptography;

namespace AuthServer.Keys;

/// <summary>Seals the mails that wait in mail_outbox, with their addresses, codes and links, under a key derived from SECRET_KEY.</summary>
public sealed class LetterSealing(SecretOptions secrets)
{
    private readonly Sealing _sealing = new("authplatform/mail-outbox/1", secrets.SecretKey, secrets.SecretKeyPrevious);

    /// <param name="mail">The row, to which the value is bound.</param>
    public byte[] Seal(Guid mail, ReadOnlySpan<byte> letter) => _sealing.Seal(letter, Place(mail));

    /// <exception cref="CryptographicException">Sealed with another secret, moved from another row, or damaged.</exception>
    public byte[] Open(Guid mail, ReadOnlySpan<byte> box) => _sealing.Open(box, Place(mail));

    /// <summary>The sealed form of a mail under the current SECRET_KEY.</summary>
    public Renewed<byte[]> Renew(Guid mail, ReadOnlySpan<byte> box) => _sealing.Renew(box, Place(mail));

    private static string Place(Guid mail) => $"mail_outbox|sealed_letter|{mail:N}";
}
