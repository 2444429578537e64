using System.Security.Cryptography;

namespace AuthServer.Backup.Format;

/// <summary>The keys that open backups; the first one also makes them.</summary>
public sealed class BackupKeys(byte[] key, byte[]? previous = null)
{
    internal const int DataKeySize = 32, MarkSize = 8, NonceSize = 12, TagSize = 16;

    private readonly (byte[] Mark, byte[] Secret)[] _keys =
        [.. (previous is null ? new[] { key } : [key, previous]).Select(k => (MarkOf(k), k))];

    /// <summary>Seals a data key: mark, nonce, ciphertext, tag.</summary>
    internal void Wrap(ReadOnlySpan<byte> dataKey, ReadOnlySpan<byte> fileId, ReadOnlySpan<byte> binding, Span<byte> wrapped)
    {
        var (mark, secret) = _keys[0];
        mark.CopyTo(wrapped);
        var nonce = wrapped.Slice(MarkSize, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(WrapKey(secret, fileId), TagSize);
        aes.Encrypt(nonce, dataKey, wrapped.Slice(MarkSize + NonceSize, DataKeySize),
            wrapped.Slice(MarkSize + NonceSize + DataKeySize, TagSize), binding);
    }

    /// <returns>Whether one of the keys has the mark, and the data key when it opens.</returns>
    internal (bool Known, byte[]? DataKey) Unwrap(ReadOnlySpan<byte> wrapped, ReadOnlySpan<byte> fileId, ReadOnlySpan<byte> binding)
    {
        foreach (var (mark, secret) in _keys)
        {
            if (!wrapped[..MarkSize].SequenceEqual(mark)) continue;
            var dataKey = new byte[DataKeySize];
            using var aes = new AesGcm(WrapKey(secret, fileId), TagSize);
            try
            {
                aes.Decrypt(wrapped.Slice(MarkSize, NonceSize), wrapped.Slice(MarkSize + NonceSize, DataKeySize),
                    wrapped.Slice(MarkSize + NonceSize + DataKeySize, TagSize), dataKey, binding);
                return (true, dataKey);
            }
            catch (AuthenticationTagMismatchException)
            {
                return (true, null);
            }
        }

        return (false, null);
    }

    private static byte[] MarkOf(byte[] secret) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, MarkSize, info: "authplatform/backup/1/mark"u8.ToArray());

    // One key for each file, so that the random nonces of many files do not meet under one.
    private static byte[] WrapKey(byte[] secret, ReadOnlySpan<byte> fileId) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, DataKeySize, fileId.ToArray(), "authplatform/backup/1/wrap"u8.ToArray());
}
