using Amazon.S3;
using Amazon.S3.Model;

namespace AuthServer.Backup.Places;

/// <summary>Takes a stream and stores it as one object, which is there when <see cref="CompleteAsync"/> returns and not before.</summary>
/// <remarks>
/// Two buffers of one part: one is filled while the other is sent. What fits into one part is sent as a whole. Each body is signed with its
/// SHA-256, so that the server refuses one that was changed on its way. All parts but the last are equally long, as some servers demand.
/// </remarks>
internal sealed class S3Upload(IAmazonS3 client, S3Address address, string key, CancellationToken cancellation) : Stream
{
    /// <summary>The 10,000 parts that S3 allows make 80 GB.</summary>
    public const int PartSize = 8 * 1024 * 1024;

    // For the parts of an upload that failed: its caller may have been cancelled, and they cost money for ever.
    private static readonly TimeSpan AbortPatience = TimeSpan.FromSeconds(30);

    private readonly List<PartETag> _parts = [];
    private byte[] _filling = [], _sent = [];
    private int _filled;
    private long _size;
    private Task? _sending;
    private string? _uploadId;
    private bool _isComplete;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            if (_filled == PartSize) await SendPartAsync();
            if (_filling.Length == 0) _filling = GC.AllocateUninitializedArray<byte>(PartSize);
            var taken = Math.Min(buffer.Length, PartSize - _filled);
            buffer[..taken].CopyTo(_filling.AsMemory(_filled));
            _filled += taken;
            _size += taken;
            buffer = buffer[taken..];
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellation).AsTask().GetAwaiter().GetResult();

    // What has been written is sent when a part is full or the upload is complete.
    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Copies a range of an object that is there, without its bytes passing through this machine.</summary>
    public async Task CopyRestAsync(string etag, long from, long size)
    {
        await SendPartAsync();
        await SentAsync();
        _size = size;
        for (var at = from; at < size; at += PartSize)
        {
            var copied = await client.CopyPartAsync(
                new CopyPartRequest
                {
                    SourceBucket = address.Bucket, SourceKey = key, DestinationBucket = address.Bucket, DestinationKey = key,
                    UploadId = _uploadId, PartNumber = _parts.Count + 1, FirstByte = at, LastByte = Math.Min(at + PartSize, size) - 1,
                    ETagToMatch = [etag],
                },
                cancellation);
            _parts.Add(new(copied));
        }
    }

    public async Task CompleteAsync()
    {
        if (_uploadId is null)
        {
            using var whole = new MemoryStream(_filling, 0, _filled, writable: false);
            await client.PutObjectAsync(
                new PutObjectRequest
                {
                    BucketName = address.Bucket, Key = key, InputStream = whole, AutoCloseStream = false, UseChunkEncoding = false,
                    ContentType = "application/octet-stream",
                },
                cancellation);
        }
        else
        {
            if (_filled > 0) await SendPartAsync();
            await SentAsync();
            await client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest
                {
                    BucketName = address.Bucket, Key = key, UploadId = _uploadId, PartETags = [.. _parts.OrderBy(p => p.PartNumber)],
                },
                cancellation);
            // The answer begins before the server has put the parts together, and may be a success that was none.
            var stored = await client.GetObjectMetadataAsync(
                new GetObjectMetadataRequest { BucketName = address.Bucket, Key = key }, cancellation);
            if (stored.ContentLength != _size) throw new IOException($"{address}: {key} has not arrived whole; make the backup again");
        }

        _isComplete = true;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_isComplete || _uploadId is null) return;
        using var limit = new CancellationTokenSource(AbortPatience);
        try
        {
            if (_sending is not null) await _sending.WaitAsync(limit.Token);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The failure of a part is known to the caller; the parts that arrived are to go in any case.
        }

        try
        {
            await client.AbortMultipartUploadAsync(
                new AbortMultipartUploadRequest { BucketName = address.Bucket, Key = key, UploadId = _uploadId }, limit.Token);
        }
        catch (Exception e) when (S3Faults.Of(e, address, CancellationToken.None) is not null)
        {
            // The reason why the upload failed is the one to report. docs/backups.md names the bucket rule that deletes such parts.
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async Task SendPartAsync()
    {
        _uploadId ??= (await client.InitiateMultipartUploadAsync(
            new InitiateMultipartUploadRequest
            {
                BucketName = address.Bucket, Key = key, ContentType = "application/octet-stream",
            },
            cancellation)).UploadId;
        await SentAsync();
        (_filling, _sent) = (_sent, _filling);
        var (number, length) = (_parts.Count + 1, _filled);
        _filled = 0;
        _sending = SendAsync(number, length);
    }

    private async Task SentAsync()
    {
        if (_sending is not null) await _sending;
        _sending = null;
    }

    private async Task SendAsync(int number, int length)
    {
        using var body = new MemoryStream(_sent, 0, length, writable: false);
        var sent = await client.UploadPartAsync(
            new UploadPartRequest
            {
                BucketName = address.Bucket, Key = key, UploadId = _uploadId, PartNumber = number, InputStream = body, PartSize = length,
                UseChunkEncoding = false,
            },
            cancellation);
        _parts.Add(new(sent));
    }
}
