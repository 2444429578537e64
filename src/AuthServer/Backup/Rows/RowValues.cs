using System.Buffers.Binary;
using AuthServer.Backup.Format;

namespace AuthServer.Backup.Rows;

/// <summary>Reads the values of one row, in the order of its columns.</summary>
public ref struct RowValues(ReadOnlySpan<byte> row)
{
    private ReadOnlySpan<byte> _rest = row;

    /// <param name="type">Of the column; a value of another size is refused.</param>
    /// <param name="value">Empty for null.</param>
    /// <returns>Whether there is a value.</returns>
    public bool Next(ColumnType type, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryReadVarint(ref _rest, out var length)) throw Bad();
        if (length == 0) return false;
        var size = length - 1;
        var expected = type switch
        {
            ColumnType.Number or ColumnType.Time => 8UL,
            ColumnType.Uuid => 16UL,
            ColumnType.Boolean => 1UL,
            _ => size,
        };
        if (size > (ulong)_rest.Length || size != expected) throw Bad();
        value = _rest[..(int)size];
        _rest = _rest[(int)size..];
        return true;
    }

    /// <summary>After the last column.</summary>
    public readonly void RequireEnd()
    {
        if (_rest.Length > 0) throw Bad();
    }

    public static long NumberOf(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadInt64BigEndian(value);

    internal static bool TryReadVarint(ref ReadOnlySpan<byte> bytes, out ulong value)
    {
        value = 0;
        for (var i = 0; i < bytes.Length && i < 10; i++)
        {
            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] >= 0x80) continue;
            bytes = bytes[(i + 1)..];
            return true;
        }

        return false;
    }

    private static BackupRefusedException Bad() => new(BackupFault.BadContent, "A row does not have the values of its columns.");
}
