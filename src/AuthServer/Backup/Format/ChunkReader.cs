using System.Security.Cryptography;

namespace AuthServer.Backup.Format;

/// <summary>The content of a backup: each chunk is handed out after it has proved to be the right one.</summary>
internal sealed class ChunkReader : Stream
{
    private readonly Stream _source;
    private readonly AesGcm _aes;
    private readonly byte[] _owner, _plain, _sealed, _associated;
    private readonly byte[] _header = new byte[ChunkHeader.Size];
    private uint _index;
    private int _taken, _filled;
    private bool _ended;

    public ChunkReader(Stream source, BackupHead head)
    {
        var size = head.Description.ChunkSize;
        (_source, _aes, _owner) = (source, new AesGcm(head.DataKey, ChunkHeader.TagSize), ChunkHeader.OwnerOf(head.Id));
        (_plain, _sealed) = (new byte[size], new byte[size + ChunkHeader.TagSize]);
        _associated = [.. head.Binding, .. new byte[ChunkHeader.Size]];
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Reads what is left, so that a file is not taken for whole whose end nobody has seen.</summary>
    /// <exception cref="BackupRefusedException">Content follows, or the file is not whole.</exception>
    public async Task RequireEndAsync(CancellationToken cancellation)
    {
        while (_taken < _filled || !_ended)
        {
            if (_taken < _filled) throw new BackupRefusedException(BackupFault.BadContent, "Content follows the end of the tables.");
            await NextAsync(cancellation);
        }

        if (await _source.ReadAtLeastAsync(_header, 1, throwOnEndOfStream: false, cancellation) > 0)
            throw new BackupRefusedException(BackupFault.TrailingBytes, "Bytes follow its last chunk.");
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_taken == _filled)
        {
            if (_ended) return 0;
            await NextAsync(cancellationToken);
        }

        var count = Math.Min(buffer.Length, _filled - _taken);
        _plain.AsSpan(_taken, count).CopyTo(buffer.Span);
        _taken += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _aes.Dispose();
        base.Dispose(disposing);
    }

    private async Task NextAsync(CancellationToken cancellation)
    {
        if (await _source.ReadAtLeastAsync(_header, _header.Length, throwOnEndOfStream: false, cancellation) < _header.Length)
            throw Truncated();
        var header = ChunkHeader.Read(_header);
        var length = header.Length + ChunkHeader.TagSize;
        if (header.Length > _plain.Length || (!header.IsLast && header.Length != _plain.Length)) throw Damaged();
        if (await _source.ReadAtLeastAsync(_sealed.AsMemory(0, length), length, throwOnEndOfStream: false, cancellation) < length)
            throw Truncated();
        if (!Open(header)) throw ChunkHeader.Belongs(_header, _owner) ? Damaged() : Foreign();
        // It is authentic, so its index is the one that it was written with.
        if (header.Index != _index)
        {
            throw new BackupRefusedException(
                BackupFault.ChunkOutOfPlace,
                $"Chunk {header.Index} stands where chunk {_index} belongs: chunks were moved, doubled or removed.");
        }
        (_index, _taken, _filled, _ended) = (_index + 1, 0, header.Length, header.IsLast);
    }

    private bool Open(ChunkHeader header)
    {
        _header.CopyTo(_associated.AsSpan(BackupHead.BindingSize));
        Span<byte> nonce = stackalloc byte[ChunkHeader.NonceSize];
        header.WriteNonce(nonce);
        try
        {
            _aes.Decrypt(nonce, _sealed.AsSpan(0, header.Length), _sealed.AsSpan(header.Length, ChunkHeader.TagSize),
                _plain.AsSpan(0, header.Length), _associated);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }

    private BackupRefusedException Damaged() => new(BackupFault.DamagedChunk, $"Chunk {_index} is damaged.");

    private BackupRefusedException Foreign() => new(
        BackupFault.ForeignChunk, $"Chunk {_index} is damaged, or belongs to another backup.");

    private BackupRefusedException Truncated() => new(
        BackupFault.Truncated, $"It ends before its last chunk (in chunk {_index}): the file is truncated.");
}
