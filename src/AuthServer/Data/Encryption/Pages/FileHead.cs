using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AuthServer.Data.Encryption.Pages;

/// <summary>The first 16 bytes of an encrypted file, where a plain one says "SQLite format 3".</summary>
/// <remarks>
/// Layout: format (4), mark of the secret (4), salt (8). They never change, so a page that was half written when the power failed keeps
/// them.
/// </remarks>
internal readonly struct FileHead
{
    public const int Size = 16;

    private const int MarkAt = 4, SaltAt = 8;

    // The last one is the version of the format.
    private static ReadOnlySpan<byte> Format => [0xA7, (byte)'D', (byte)'B', 1];

    private static ReadOnlySpan<byte> Plain => "SQLite format 3\0"u8;

    private readonly byte[] _bytes;

    private FileHead(byte[] bytes) => _bytes = bytes;

    public ReadOnlySpan<byte> Bytes => _bytes;

    public uint Mark => BinaryPrimitives.ReadUInt32BigEndian(_bytes.AsSpan(MarkAt));

    public static FileHead New(uint mark)
    {
        var bytes = new byte[Size];
        Format.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(MarkAt), mark);
        RandomNumberGenerator.Fill(bytes.AsSpan(SaltAt));
        return new(bytes);
    }

    /// <returns>Null: not an encrypted file of this format.</returns>
    public static FileHead? Read(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Size && bytes.StartsWith(Format) ? new(bytes.ToArray()) : null;

    public static bool IsPlain(ReadOnlySpan<byte> bytes) => bytes.SequenceEqual(Plain);
}
