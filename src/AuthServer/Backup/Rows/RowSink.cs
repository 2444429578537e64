using System.Buffers;

namespace AuthServer.Backup.Rows;

/// <summary>Takes the rows of one table: counts and sums them, and hands them on where there is something to hand them to.</summary>
/// <param name="output">Takes blocks of whole rows, each after its length. Null: the rows are only counted and summed.</param>
/// <param name="progress">Is told how many rows have passed.</param>
public sealed class RowSink(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask>? output, IProgress<long>? progress = null)
{
    private const int BlockSize = 1 << 16;
    private readonly ArrayBufferWriter<byte> _block = new(2 * BlockSize);
    private long _told;

    /// <summary>The row that is being filled; <see cref="End"/> takes it.</summary>
    public RowBuffer Row { get; } = new();

    public RowDigest Digest { get; } = new();

    /// <returns>Whether <see cref="FlushAsync"/> is due.</returns>
    public bool End()
    {
        Digest.Add(Row.Row);
        if (output is not null)
        {
            RowBuffer.WriteVarint(_block, (uint)Row.Row.Length);
            _block.Write(Row.Row);
        }

        Row.Clear();
        return _block.WrittenCount >= BlockSize || Digest.Rows - _told >= BlockSize;
    }

    public async ValueTask FlushAsync(CancellationToken cancellation)
    {
        progress?.Report(Digest.Rows - _told);
        _told = Digest.Rows;
        if (output is not null && _block.WrittenCount > 0) await output(_block.WrittenMemory, cancellation);
        _block.ResetWrittenCount();
    }
}
