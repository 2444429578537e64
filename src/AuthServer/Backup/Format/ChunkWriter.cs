using System.Security.Cryptography;

namespace AuthServer.Backup.Format;

/// <summary>Encrypts what is written to it in chunks of one size. <see cref="CompleteAsync"/> writes the last one.</summary>
internal sealed class ChunkWriter : Stream
{
    private readonly Stream _target;
    private readonly AesGcm _aes;
    private readonly byte[] _owner, _plain, _sealed, _associated;
    private uint _index;
    private int _filled;

    public ChunkWriter(Stream target, BackupHead head)
    {
        var size = head.Description.ChunkSize;
        (_target, _aes, _owner) = (target, new AesGcm(head.DataKey, ChunkHeader.TagSize), ChunkHeader.OwnerOf(head.Id));
        (_plain, _sealed) = (new byte[size], new byte[ChunkHeader.Size + size + ChunkHeader.TagSize]);
        _associated = [.. head.Binding, .. new byte[ChunkHeader.Size]];
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public async Task CompleteAsync(CancellationToken cancellation) => await EmitAsync(isLast: true, cancellation);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            // A full chunk waits for the next byte, because the last one is marked.
            if (_filled == _plain.Length) await EmitAsync(isLast: false, cancellationToken);
            var count = Math.Min(buffer.Length, _plain.Length - _filled);
            buffer.Span[..count].CopyTo(_plain.AsSpan(_filled));
            _filled += count;
            buffer = buffer[count..];
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // A chunk is written when it is full.
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _aes.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask EmitAsync(bool isLast, CancellationToken cancellation)
    {
        Seal(isLast);
        await _target.WriteAsync(_sealed.AsMemory(0, ChunkHeader.Size + _filled + ChunkHeader.TagSize), cancellation);
        _index = checked(_index + 1);
        _filled = 0;
    }

    private void Seal(bool isLast)
    {
        var header = new ChunkHeader(_index, _filled, isLast);
        header.Write(_owner, _sealed);
        _sealed.AsSpan(0, ChunkHeader.Size).CopyTo(_associated.AsSpan(BackupHead.BindingSize));
        Span<byte> nonce = stackalloc byte[ChunkHeader.NonceSize];
        header.WriteNonce(nonce);
        _aes.Encrypt(nonce, _plain.AsSpan(0, _filled), _sealed.AsSpan(ChunkHeader.Size, _filled),
            _sealed.AsSpan(ChunkHeader.Size + _filled, ChunkHeader.TagSize), _associated);
    }
}
