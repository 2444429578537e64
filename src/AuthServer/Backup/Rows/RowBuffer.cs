using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;

namespace AuthServer.Backup.Rows;

/// <summary>One row in the form of the backup: each value is its length plus one, then its bytes; zero alone is null.</summary>
public sealed class RowBuffer
{
    private const int GuidText = 36;
    private readonly ArrayBufferWriter<byte> _bytes = new(4096);

    public ReadOnlySpan<byte> Row => _bytes.WrittenSpan;

    public void Clear() => _bytes.ResetWrittenCount();

    public void AddNull() => WriteVarint(_bytes, 0);

    /// <summary>A text in UTF-8, or bytes.</summary>
    public void AddBytes(ReadOnlySpan<byte> value)
    {
        WriteVarint(_bytes, (uint)value.Length + 1);
        _bytes.Write(value);
    }

    public void AddNumber(long value)
    {
        WriteVarint(_bytes, sizeof(long) + 1);
        BinaryPrimitives.WriteInt64BigEndian(_bytes.GetSpan(sizeof(long)), value);
        _bytes.Advance(sizeof(long));
    }

    public void AddBoolean(bool value) => AddBytes([value ? (byte)1 : (byte)0]);

    /// <param name="microseconds">Since 1970.</param>
    public void AddTime(long microseconds) => AddNumber(microseconds);

    /// <returns>False: the text is no UUID, and nothing was added.</returns>
    public bool TryAddUuid(ReadOnlySpan<byte> text)
    {
        if (!Utf8Parser.TryParse(text, out Guid value, out var used) || used != GuidText || text.Length != GuidText) return false;
        WriteVarint(_bytes, 16 + 1);
        value.TryWriteBytes(_bytes.GetSpan(16), bigEndian: true, out _);
        _bytes.Advance(16);
        return true;
    }

    /// <summary>LEB128: seven bits a byte, the lowest first; the highest bit says that more follow.</summary>
    internal static void WriteVarint(IBufferWriter<byte> writer, ulong value)
    {
        var span = writer.GetSpan(10);
        var length = 0;
        for (; value >= 0x80; value >>= 7) span[length++] = (byte)(value | 0x80);
        span[length++] = (byte)value;
        writer.Advance(length);
    }
}
