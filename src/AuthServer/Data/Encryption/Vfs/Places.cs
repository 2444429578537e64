using System.Buffers.Binary;

namespace AuthServer.Data.Encryption.Vfs;

/// <summary>The associated data of a page: which one it is, and of which file.</summary>
internal static class Places
{
    public const int MainSize = 1 + sizeof(long), SealedHeader = 8, LogSize = 1 + sizeof(long) + SealedHeader;

    private const byte Main = 1, Log = 2;

    public static ReadOnlySpan<byte> OfPage(Span<byte> place, long number)
    {
        place[0] = Main;
        BinaryPrimitives.WriteInt64BigEndian(place[1..], number);
        return place;
    }

    public static ReadOnlySpan<byte> OfFrame(Span<byte> place, long offset, ReadOnlySpan<byte> header)
    {
        place[0] = Log;
        BinaryPrimitives.WriteInt64BigEndian(place[1..], offset);
        header[..SealedHeader].CopyTo(place[(1 + sizeof(long))..]);
        return place;
    }
}
