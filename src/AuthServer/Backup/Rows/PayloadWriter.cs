using System.Buffers;
using System.IO.Compression;
using System.Text;
using AuthServer.Backup.Format;

namespace AuthServer.Backup.Rows;

/// <summary>Writes the content of a backup: tables, compressed and encrypted on their way.</summary>
internal sealed class PayloadWriter(Stream target, BackupHead head) : IAsyncDisposable
{
    internal const byte Table = 1, End = 0;

    // Measured (ADR 0021): the higher levels take several times as long for a few per cent.
    private const int Quality = 1;

    private readonly ChunkWriter _chunks = new(target, head);
    private BrotliStream? _content;
    private int _tables;

    private BrotliStream Content =>
        _content ??= new(_chunks, new BrotliCompressionOptions { Quality = Quality }, leaveOpen: true);

    /// <param name="table">Which.</param>
    /// <param name="read">Hands the rows to the sink.</param>
    /// <param name="progress">Is told how many rows have passed.</param>
    /// <param name="cancellation">Of the whole.</param>
    public async Task<TableTotal> WriteAsync(
        BackupTable table, Func<RowSink, Task> read, IProgress<long>? progress, CancellationToken cancellation)
    {
        var bytes = new ArrayBufferWriter<byte>();
        bytes.Write([Table]);
        WriteText(bytes, table.Name);
        RowBuffer.WriteVarint(bytes, (uint)table.Columns.Count);
        foreach (var column in table.Columns)
        {
            WriteText(bytes, column.Name);
            bytes.Write([(byte)column.Type]);
        }

        await Content.WriteAsync(bytes.WrittenMemory, cancellation);
        var sink = new RowSink(Content.WriteAsync, progress);
        await read(sink);
        await sink.FlushAsync(cancellation);
        bytes.ResetWrittenCount();
        RowBuffer.WriteVarint(bytes, 0);
        RowBuffer.WriteVarint(bytes, (ulong)sink.Digest.Rows);
        bytes.Write(sink.Digest.ToBytes());
        await Content.WriteAsync(bytes.WrittenMemory, cancellation);
        _tables++;
        return sink.Digest.ToTotal(table.Name);
    }

    public async Task CompleteAsync(CancellationToken cancellation)
    {
        var bytes = new ArrayBufferWriter<byte>();
        bytes.Write([End]);
        RowBuffer.WriteVarint(bytes, (uint)_tables);
        await Content.WriteAsync(bytes.WrittenMemory, cancellation);
        await Content.DisposeAsync();
        await _chunks.CompleteAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_content is not null) await _content.DisposeAsync();
        await _chunks.DisposeAsync();
    }

    private static void WriteText(ArrayBufferWriter<byte> bytes, string text)
    {
        RowBuffer.WriteVarint(bytes, (uint)Encoding.UTF8.GetByteCount(text));
        bytes.Write(Encoding.UTF8.GetBytes(text));
    }
}
