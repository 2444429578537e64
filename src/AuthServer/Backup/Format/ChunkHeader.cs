using System.Buffers.Binary;

namespace AuthServer.Backup.Format;

/// <summary>The clear bytes before each chunk: which backup it belongs to, its place, its length, whether it is the last.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Length">Of the ciphertext, without the tag.</param>
/// <param name="IsLast">Nothing follows.</param>
internal readonly record struct ChunkHeader(uint Index, int Length, bool IsLast)
{
    public const int Size = 16, NonceSize = 12, TagSize = 16;
    private const int OwnerSize = 8, IndexAt = 8, LengthAt = 12;
    private const uint LastFlag = 1u << 31;

    /// <summary>The half of the file id that is random, so that the chunks of two backups are told apart.</summary>
    public static byte[] OwnerOf(Guid id) => id.ToByteArray(bigEndian: true)[OwnerSize..];

    public static bool Belongs(ReadOnlySpan<byte> bytes, byte[] owner) => bytes[..OwnerSize].SequenceEqual(owner);

    public static ChunkHeader Read(ReadOnlySpan<byte> bytes)
    {
        var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[LengthAt..]);
        return new(BinaryPrimitives.ReadUInt32BigEndian(bytes[IndexAt..]), (int)(length & ~LastFlag), (length & LastFlag) != 0);
    }

    public void Write(byte[] owner, Span<byte> bytes)
    {
        owner.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[IndexAt..], Index);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[LengthAt..], (uint)Length | (IsLast ? LastFlag : 0));
    }

    /// <summary>The STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizar 2015): place and end are part of the nonce.</summary>
    public void WriteNonce(Span<byte> nonce)
    {
        nonce.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(nonce[7..], Index);
        nonce[11] = IsLast ? (byte)1 : (byte)0;
    }
}
