using System.Buffers.Binary;
using AuthServer.Data.Encryption.Native;
using AuthServer.Data.Encryption.Pages;

namespace AuthServer.Data.Encryption.Vfs;

/// <summary>The database file: page after page, each sealed for its number. The first one begins with the <see cref="FileHead"/>.</summary>
internal sealed unsafe class MainFile(SqliteFile* file, FileHead head, byte[] key, bool isNew) : OpenFile(file)
{
    private const int HeaderSize = 100, PageSizeAt = 16, ReservedAt = 20;

    /// <summary>
    /// The header of every database of ours, as far as SQLite reads it before it knows the size of a page
    /// (https://www.sqlite.org/fileformat.html).
    /// </summary>
    private static readonly byte[] Header =
    [
        .. "SQLite format 3\0"u8,
        PageSeal.PageSize >> 8, PageSeal.PageSize & 0xFF,
        // WAL for writers and readers; the bytes that each page leaves free; three fractions that never change.
        2, 2, PageSeal.Reserved, 64, 32, 32,
    ];

    private readonly byte[] _stored = new byte[PageSeal.PageSize], _page = new byte[PageSeal.PageSize];

    public PageSeal Seal { get; } = new(key);

    /// <summary>It was empty when it was opened: its journal has nothing to keep.</summary>
    public bool IsNew => isNew;

    protected override int Read(Span<byte> target, long offset)
    {
        if (offset == 0 && target.Length == HeaderSize)
        {
            // Always the same, also for an empty file: a new database leaves the bytes free that its pages need, and one whose first page
            // was half written when the power failed opens, and finds that page in the log.
            target.Clear();
            Header.CopyTo(target);
            return SqliteCodes.Ok;
        }
        var (number, from) = Math.DivRem(offset, PageSeal.PageSize);
        if (from + target.Length > PageSeal.PageSize) return SqliteCodes.ReadFailed;
        var result = ReadStored(_stored, offset - from);
        if (result != SqliteCodes.Ok)
        {
            target.Clear();
            return result;
        }
        var whole = target.Length == PageSeal.PageSize;
        var page = whole ? target : _page;
        if (!TryOpen(number, page))
        {
            target.Clear();
            return SqliteCodes.DataDamaged;
        }
        if (!whole) page.Slice((int)from, target.Length).CopyTo(target);
        return SqliteCodes.Ok;
    }

    protected override int Write(ReadOnlySpan<byte> source, long offset)
    {
        var (number, from) = Math.DivRem(offset, PageSeal.PageSize);
        if (from != 0 || source.Length != PageSeal.PageSize) return SqliteCodes.WriteFailed;
        // What SQLite had put there would be lost.
        if (source[PageSeal.TextSize..].ContainsAnyExcept((byte)0)) return SqliteCodes.WriteFailed;
        var clear = 0;
        if (number == 0)
        {
            if (!IsOurs(source)) return SqliteCodes.WriteFailed;
            head.Bytes.CopyTo(_stored);
            clear = FileHead.Size;
        }
        Span<byte> place = stackalloc byte[Places.MainSize];
        Seal.Seal(source, _stored, clear, Places.OfPage(place, number));
        return WriteStored(_stored, offset);
    }

    protected override void Release() => Seal.Dispose();

    private bool TryOpen(long number, Span<byte> page)
    {
        Span<byte> place = stackalloc byte[Places.MainSize];
        Places.OfPage(place, number);
        if (number != 0) return Seal.TryOpen(_stored, page, 0, place);
        if (!_stored.AsSpan(0, FileHead.Size).SequenceEqual(head.Bytes)) return false;
        Header.AsSpan(0, FileHead.Size).CopyTo(page);
        return Seal.TryOpen(_stored, page, FileHead.Size, place);
    }

    private static bool IsOurs(ReadOnlySpan<byte> first) =>
        first.StartsWith(Header.AsSpan(0, FileHead.Size))
        && BinaryPrimitives.ReadUInt16BigEndian(first[PageSizeAt..]) == PageSeal.PageSize && first[ReservedAt] == PageSeal.Reserved;
}
