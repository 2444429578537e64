using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AuthServer.Keys;

/// <summary>Seals values with AES-256-GCM under keys derived from an environment secret.</summary>
/// <remarks>
/// Associated data binds a value to its place. Layout: version (1), key mark (4), nonce (12), tag (16), ciphertext. The mark says which
/// secret sealed the value.
/// </remarks>
public sealed class Sealing
{
    private const byte Version = 1;
    private const int MarkSize = 4, NonceSize = 12, TagSize = 16, HeaderSize = 1 + MarkSize + NonceSize + TagSize;

    private readonly (uint Mark, byte[] Key)[] _keys;

    /// <param name="label">Separates the keys of different uses of one secret (RFC 5869 info).</param>
    /// <param name="secret">Seals and opens.</param>
    /// <param name="previous">Only opens, so that what it sealed stays readable after the secret has changed.</param>
    public Sealing(string label, byte[] secret, byte[]? previous = null)
    {
        var secrets = previous is null ? new[] { secret } : [secret, previous];
        _keys = [.. secrets.Select(s => Derive(label, s))];
    }

    public byte[] Seal(ReadOnlySpan<byte> plaintext, string associatedData)
    {
        var (mark, key) = _keys[0];
        var box = new byte[HeaderSize + plaintext.Length];
        box[0] = Version;
        BinaryPrimitives.WriteUInt32BigEndian(box.AsSpan(1), mark);
        var nonce = box.AsSpan(1 + MarkSize, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagSize);
        aes.Encrypt(nonce, plaintext, box.AsSpan(HeaderSize), box.AsSpan(1 + MarkSize + NonceSize, TagSize),
            Encoding.UTF8.GetBytes(associatedData));
        return box;
    }

    /// <exception cref="CryptographicException">Sealed with another secret, moved from another place, or damaged.</exception>
    public byte[] Open(ReadOnlySpan<byte> box, string associatedData)
    {
        if (box.Length < HeaderSize || box[0] != Version) throw new CryptographicException("Not a sealed value of a known version.");
        var mark = BinaryPrimitives.ReadUInt32BigEndian(box[1..]);
        foreach (var (candidate, key) in _keys)
        {
            if (candidate != mark) continue;
            var plaintext = new byte[box.Length - HeaderSize];
            using var aes = new AesGcm(key, TagSize);
            aes.Decrypt(box.Slice(1 + MarkSize, NonceSize), box[HeaderSize..], box.Slice(1 + MarkSize + NonceSize, TagSize),
                plaintext, Encoding.UTF8.GetBytes(associatedData));
            return plaintext;
        }

        throw new CryptographicException("It was sealed with a secret that is not configured.");
    }

    /// <summary>Whether a value, or its first bytes, names one of the secrets.</summary>
    public bool IsMarked(ReadOnlySpan<byte> box) => box.Length > MarkSize && box[0] == Version
        && IsKnown(BinaryPrimitives.ReadUInt32BigEndian(box[1..]));

    /// <summary>What each value begins with that only the former secret opens; null when there is no such secret.</summary>
    public byte[]? PreviousHead
    {
        get
        {
            if (_keys is not [var (current, _), var (previous, _)] || previous == current) return null;
            var head = new byte[1 + MarkSize];
            head[0] = Version;
            BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(1), previous);
            return head;
        }
    }

    /// <summary>The value under the current secret; none when it is already, or does not open.</summary>
    public Renewed<byte[]> Renew(ReadOnlySpan<byte> box, string associatedData)
    {
        try
        {
            var plaintext = Open(box, associatedData);
            var isCurrent = BinaryPrimitives.ReadUInt32BigEndian(box[1..]) == _keys[0].Mark;
            var renewed = new Renewed<byte[]>(Opens: true, isCurrent ? null : Seal(plaintext, associatedData));
            CryptographicOperations.ZeroMemory(plaintext);
            return renewed;
        }
        catch (CryptographicException)
        {
            return new(Opens: false, Value: null);
        }
    }

    private bool IsKnown(uint mark) => Array.Exists(_keys, k => k.Mark == mark);

    /// <summary>A key for one use of a secret, and the mark by which stored values name it (RFC 5869).</summary>
    internal static (uint Mark, byte[] Key) Derive(string label, byte[] secret)
    {
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: Encoding.UTF8.GetBytes(label));
        var mark = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, MarkSize, info: Encoding.UTF8.GetBytes(label + "/mark"));
        return (BinaryPrimitives.ReadUInt32BigEndian(mark), key);
    }
}
