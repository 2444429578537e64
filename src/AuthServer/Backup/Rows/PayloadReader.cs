using System.IO.Compression;
using System.Text;
using AuthServer.Backup.Format;

namespace AuthServer.Backup.Rows;

/// <summary>Reads the content of a backup from its first chunk to its last, and hands each row to a target.</summary>
internal sealed class PayloadReader(Stream source, BackupHead head) : IAsyncDisposable
{
    // A row larger than this is none of ours; the limit keeps memory bounded.
    private const int LargestRow = 1 << 28;
    private const int LargestName = 1 << 10, MostColumns = 1 << 10;

    private readonly ChunkReader _chunks = new(source, head);
    private BrotliStream? _content;
    private byte[] _buffer = new byte[1 << 17];
    private int _start, _end;

    private ReadOnlySpan<byte> Rest => _buffer.AsSpan(_start, _end - _start);

    /// <returns>The tables with their counts and digests, each compared with its rows.</returns>
    /// <exception cref="BackupRefusedException">The file is not whole, or not what it says.</exception>
    public async Task<IReadOnlyList<TableTotal>> ReadAsync(IRowTarget target, IProgress<long>? progress, CancellationToken cancellation)
    {
        if (head.Description.Compression != BackupDescription.Brotli)
        {
            throw new BackupRefusedException(
                BackupFault.OtherVersion, $"It is compressed with {head.Description.Compression}, which this server does not read.");
        }

        _content = new(_chunks, CompressionMode.Decompress, leaveOpen: true);
        var totals = new List<TableTotal>();
        while (await ByteAsync(cancellation) == PayloadWriter.Table) totals.Add(await TableAsync(target, progress, cancellation));
        if (await VarintAsync(cancellation) != (ulong)totals.Count) throw Bad("The number of tables is not the one at its end.");
        if (Rest.Length > 0 || await FillAsync(cancellation)) throw Bad("Content follows the end of the tables.");
        await _chunks.RequireEndAsync(cancellation);
        return totals;
    }

    public async ValueTask DisposeAsync()
    {
        if (_content is not null) await _content.DisposeAsync();
        await _chunks.DisposeAsync();
    }

    private async Task<TableTotal> TableAsync(IRowTarget target, IProgress<long>? progress, CancellationToken cancellation)
    {
        var table = await DescriptionAsync(cancellation);
        await target.BeginAsync(table, cancellation);
        var digest = new RowDigest();
        long told = 0;
        while (await VarintAsync(cancellation) is var length and > 0)
        {
            if (length > LargestRow) throw Bad("A row is too long.");
            await RequireAsync((int)length, cancellation);
            digest.Add(Rest[..(int)length]);
            await target.AddAsync(_buffer.AsMemory(_start, (int)length), cancellation);
            _start += (int)length;
            if (digest.Rows - told < 1 << 14) continue;
            progress?.Report(digest.Rows - told);
            told = digest.Rows;
        }

        progress?.Report(digest.Rows - told);
        var rows = await VarintAsync(cancellation);
        await RequireAsync(RowDigest.Size, cancellation);
        if (rows != (ulong)digest.Rows || !Rest[..RowDigest.Size].SequenceEqual(digest.ToBytes()))
            throw Bad($"The rows of {table.Name} are not those that were written.");
        _start += RowDigest.Size;
        var total = digest.ToTotal(table.Name);
        await target.EndAsync(total, cancellation);
        return total;
    }

    private async Task<BackupTable> DescriptionAsync(CancellationToken cancellation)
    {
        var name = await TextAsync(cancellation);
        var count = await VarintAsync(cancellation);
        if (count is 0 or > MostColumns) throw Bad($"The table {name} has {count} columns.");
        var columns = new BackupColumn[count];
        for (var i = 0; i < columns.Length; i++)
        {
            var column = await TextAsync(cancellation);
            var type = (ColumnType)await ByteAsync(cancellation);
            if (!Enum.IsDefined(type)) throw Bad($"The column {name}.{column} is of an unknown type.");
            columns[i] = new(column, type);
        }

        return new(name, columns);
    }

    private async Task<string> TextAsync(CancellationToken cancellation)
    {
        var length = await VarintAsync(cancellation);
        if (length > LargestName) throw Bad("A name is too long.");
        await RequireAsync((int)length, cancellation);
        var text = Encoding.UTF8.GetString(Rest[..(int)length]);
        _start += (int)length;
        return text;
    }

    private async ValueTask<byte> ByteAsync(CancellationToken cancellation)
    {
        await RequireAsync(1, cancellation);
        return _buffer[_start++];
    }

    private async ValueTask<ulong> VarintAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var rest = Rest;
            if (RowValues.TryReadVarint(ref rest, out var value))
            {
                _start = _end - rest.Length;
                return value;
            }

            if (Rest.Length >= 10 || !await FillAsync(cancellation)) throw Bad("The content ends in a number.");
        }
    }

    private async ValueTask RequireAsync(int count, CancellationToken cancellation)
    {
        while (_end - _start < count)
        {
            if (!await FillAsync(cancellation, count)) throw Bad("The content ends within a table.");
        }
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellation, int wanted = 1)
    {
        if (_start > 0)
        {
            Rest.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        // Doubled, not made as large as a number says that nothing has proved yet.
        if (_end == _buffer.Length && wanted > _buffer.Length) Array.Resize(ref _buffer, Math.Min(2 * _buffer.Length, LargestRow + 64));
        try
        {
            var read = await _content!.ReadAsync(_buffer.AsMemory(_end), cancellation);
            _end += read;
            return read > 0;
        }
        // What BrotliStream throws for bytes that are no Brotli.
        catch (Exception e) when (e is InvalidOperationException or InvalidDataException)
        {
            throw Bad("The content cannot be decompressed.");
        }
    }

    private static BackupRefusedException Bad(string message) => new(BackupFault.BadContent, message);
}
