using System.Security.Cryptography;

namespace AuthServer.Data.Encryption.Pages;

/// <summary>The keys that may open an encrypted file, by the mark that the file names.</summary>
/// <param name="Current">Encrypts new files.</param>
/// <param name="Previous">Only opens.</param>
public sealed record FileKeys(FileKey Current, FileKey? Previous = null)
{
    /// <returns>Null: the file was encrypted with another secret.</returns>
    public FileKey? Of(uint mark) => Current.Mark == mark ? Current : Previous?.Mark == mark ? Previous : null;
}

/// <summary>The key of one secret: each file has a key of its own, derived from this one and the file's head.</summary>
public sealed class FileKey(uint mark, byte[] key) : IEquatable<FileKey>
{
    public uint Mark => mark;

    public bool Equals(FileKey? other) =>
        other is not null && Mark == other.Mark && CryptographicOperations.FixedTimeEquals(key, other.Bytes);

    public override bool Equals(object? obj) => Equals(obj as FileKey);

    public override int GetHashCode() => (int)Mark;

    private byte[] Bytes => key;

    internal byte[] Derive(ReadOnlySpan<byte> head)
    {
        var derived = new byte[XaesGcm.KeySize];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, derived, head, "authplatform/sqlite-pages/1"u8);
        return derived;
    }
}
