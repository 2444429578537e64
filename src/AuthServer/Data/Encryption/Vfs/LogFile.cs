using AuthServer.Data.Encryption.Native;
using AuthServer.Data.Encryption.Pages;

namespace AuthServer.Data.Encryption.Vfs;

/// <summary>
/// The write-ahead log: a header, then frames, each a header of its own and a page (https://www.sqlite.org/fileformat.html#walformat).
/// </summary>
/// <remarks>
/// The headers hold page numbers, counters and checksums and stay plain. A page is sealed for the offset of its frame and for the beginning
/// of the frame's header: the page number and the mark of a commit. The rest of that header is written again at the end of a transaction
/// that wrote a page twice. SQLite computes its checksums from pages before they are sealed, and verifies them after they were opened.
/// </remarks>
internal sealed unsafe class LogFile(SqliteFile* file, PageSeal seal) : OpenFile(file)
{
    private const int LogHeader = 32, FrameHeader = 24, FrameSize = FrameHeader + PageSeal.PageSize;

    private readonly byte[] _frame = new byte[FrameSize];

    // The header that SQLite writes before its page.
    private readonly byte[] _header = new byte[Places.SealedHeader];
    private long _headerOf = -1;

    protected override int Read(Span<byte> target, long offset)
    {
        var (frame, from) = Locate(offset);
        if (from + target.Length <= FrameHeader) return ReadStored(target, offset);
        // Another database is not ours, and SQLite reads either a page or, after a crash, a whole frame.
        var isPage = from == FrameHeader && target.Length == PageSeal.PageSize;
        if (!isPage && !(from == 0 && target.Length == FrameSize)) return SqliteCodes.ReadFailed;
        var result = ReadStored(_frame, frame);
        if (result != SqliteCodes.Ok)
        {
            target.Clear();
            return result;
        }
        Span<byte> place = stackalloc byte[Places.LogSize];
        var page = isPage ? target : target[FrameHeader..];
        if (!isPage) _frame.AsSpan(0, FrameHeader).CopyTo(target);
        if (seal.TryOpen(_frame.AsSpan(FrameHeader), page, 0, Places.OfFrame(place, frame, _frame))) return SqliteCodes.Ok;
        // A crash leaves frames half written at the end of the log, where SQLite looks for the last whole one. The checksum of an empty
        // page does not fit, so the log ends here; and if somebody made it fit, reading the page alone fails.
        target.Clear();
        return isPage ? SqliteCodes.DataDamaged : SqliteCodes.Ok;
    }

    protected override int Write(ReadOnlySpan<byte> source, long offset)
    {
        var (frame, from) = Locate(offset);
        if (from + source.Length <= FrameHeader)
        {
            _headerOf = -1;
            if (from == 0 && frame > 0 && source.Length == FrameHeader)
            {
                source[..Places.SealedHeader].CopyTo(_header);
                _headerOf = frame;
            }
            return WriteStored(source, offset);
        }
        if (from != FrameHeader || source.Length != PageSeal.PageSize) return SqliteCodes.WriteFailed;
        // The checksum that SQLite has computed covers them, and they are not stored.
        if (source[PageSeal.TextSize..].ContainsAnyExcept((byte)0)) return SqliteCodes.WriteFailed;
        if (_headerOf != frame)
        {
            // A page that was written twice in one transaction takes the place of the first, whose header stays.
            var result = ReadStored(_header, frame);
            if (result != SqliteCodes.Ok) return result;
            _headerOf = frame;
        }
        Span<byte> place = stackalloc byte[Places.LogSize];
        var target = _frame.AsSpan(FrameHeader);
        seal.Seal(source, target, 0, Places.OfFrame(place, frame, _header));
        return WriteStored(target, offset);
    }

    protected override void Release()
    {
        // The seal is that of the main file.
    }

    /// <returns>Where the frame begins, and the distance from there; the header of the log counts as that of a frame.</returns>
    private static (long Frame, long From) Locate(long offset)
    {
        if (offset < LogHeader) return (0, offset - (LogHeader - FrameHeader));
        var from = (offset - LogHeader) % FrameSize;
        return (offset - from, from);
    }
}
