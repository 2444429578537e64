using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace AuthServer.Backup.Places;

/// <summary>Reads an object from its beginning to its end, and goes on where it was when a connection breaks.</summary>
/// <remarks>The first request asks for little, because a list of backups reads the head of each one only.</remarks>
internal sealed class S3Reading(IAmazonS3 client, S3Address address, string key) : Stream
{
    private const int FirstRange = 64 * 1024, Range = 32 * 1024 * 1024, MostBreaks = 3;

    // A body that stands still; the request itself has the patience of the client.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private long _position, _size = -1;
    private int _breaks;
    private string? _etag;
    private GetObjectResponse? _response;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public long Size => _size;

    public string? ETag => _etag;

    /// <summary>Asks for the first bytes, so that a missing object is known at once.</summary>
    public Task OpenAsync(CancellationToken cancellation) => AskAsync(cancellation);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await ReadSomeAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (S3Faults.Of(e, address, cancellationToken) is { } fault)
        {
            throw fault;
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _response?.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadSomeAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (_position != _size && buffer.Length > 0)
        {
            if (_response is null) await AskAsync(cancellation);
            if (_response is null) continue;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(Patience);
            try
            {
                var read = await _response.ResponseStream.ReadAsync(buffer, limit.Token);
                _position += read;
                if (read > 0) return read;
                _breaks = 0;
            }
            catch (Exception e) when (IsBreak(e) && !cancellation.IsCancellationRequested && ++_breaks <= MostBreaks)
            {
                // The next request begins where this one ended.
            }

            _response.Dispose();
            _response = null;
        }

        return 0;
    }

    private static bool IsBreak(Exception e) => e is IOException or HttpRequestException or OperationCanceledException;

    private async Task AskAsync(CancellationToken cancellation)
    {
        var range = _position == 0 ? FirstRange : Range;
        try
        {
            _response = await client.GetObjectAsync(
                new GetObjectRequest
                {
                    BucketName = address.Bucket, Key = key, ByteRange = new(_position, _position + range - 1), EtagToMatch = _etag,
                },
                cancellation);
        }
        catch (AmazonS3Exception e) when (e.ErrorCode == "InvalidRange")
        {
            // An empty object has no first byte: it is read as empty, and refused as any other file that is no backup.
            _size = _position;
            return;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.PreconditionFailed)
        {
            throw new IOException($"{address}: {key} was replaced while it was read; read it again", e);
        }

        _etag = _response.ETag;
        _size = TotalOf(_response.ContentRange) ?? _response.ContentLength;
    }

    // RFC 9110 section 14.4: "bytes 0-65535/1048576".
    private static long? TotalOf(string? range) =>
        range is not null && long.TryParse(range.AsSpan(range.LastIndexOf('/') + 1), out var total) ? total : null;
}
