using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AuthServer.Backup.Rows;

/// <summary>The count and the digest of a table's rows.</summary>
/// <remarks>
/// A sum, because two databases hand out rows in different orders, and sorting millions of them would take longer than the rest. It finds
/// faults, not forgeries: against those, the content of a backup is authenticated as a whole.
/// </remarks>
public sealed class RowDigest
{
    public const int Size = SHA256.HashSizeInBytes;

    // The least significant word first.
    private readonly ulong[] _sum = new ulong[Size / sizeof(ulong)];

    public long Rows { get; private set; }

    public void Add(ReadOnlySpan<byte> row)
    {
        Span<byte> hash = stackalloc byte[Size];
        SHA256.HashData(row, hash);
        var carry = UInt128.Zero;
        for (var i = 0; i < _sum.Length; i++)
        {
            carry += (UInt128)_sum[i] + BinaryPrimitives.ReadUInt64BigEndian(hash[^((i + 1) * sizeof(ulong))..]);
            _sum[i] = (ulong)carry;
            carry >>= 64;
        }

        Rows++;
    }

    /// <summary>The sum, the most significant byte first.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        for (var i = 0; i < _sum.Length; i++) BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan()[^((i + 1) * sizeof(ulong))..], _sum[i]);
        return bytes;
    }

    public TableTotal ToTotal(string table) => new(table, Rows, Convert.ToHexStringLower(ToBytes()));
}
