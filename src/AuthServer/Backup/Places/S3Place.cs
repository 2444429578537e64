using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using AuthServer.Backup.Format;

namespace AuthServer.Backup.Places;

/// <summary>Backups as objects of an S3 bucket, of Amazon's or of a compatible server.</summary>
/// <remarks>
/// docs/decisions has why by this package. Credentials, region and endpoint come from where the AWS tools find them. An object is there
/// when its upload is complete and not before.
/// </remarks>
public sealed class S3Place(S3Address address) : IBackupPlace, IDisposable
{
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    private readonly AmazonS3Client _client = Connect(address);

    public string Description => address.ToString();

    public Task<IReadOnlyList<StoredBackup>> ListAsync(CancellationToken cancellation) => TryAsync(
        async () =>
        {
            var found = new List<StoredBackup>();
            var request = new ListObjectsV2Request { BucketName = address.Bucket, Prefix = address.Prefix, Delimiter = "/" };
            do
            {
                var page = await _client.ListObjectsV2Async(request, cancellation);
                foreach (var item in page.S3Objects ?? [])
                {
                    var name = item.Key[address.Prefix.Length..];
                    if (BackupName.TimeOf(name) is { } time) found.Add(new(name, item.Size ?? 0, time));
                }

                request.ContinuationToken = page.IsTruncated == true ? page.NextContinuationToken : null;
            }
            while (request.ContinuationToken is not null);
            return (IReadOnlyList<StoredBackup>)[.. found.OrderByDescending(b => b.Name, StringComparer.Ordinal)];
        },
        cancellation);

    public Task<Stream> OpenAsync(string name, CancellationToken cancellation) => TryAsync<Stream>(
        async () => await ReadAsync(name, cancellation), cancellation);

    public Task WriteAsync(
        string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellation, bool replace = false) => TryAsync(
        async () =>
        {
            if (!replace && await IsThereAsync(name, cancellation)) throw new IOException($"{address}: {name} exists");
            if (BackupName.TimeOf(name) is { } time) await AbortLeftAsync(time, cancellation);
            await using var upload = new S3Upload(_client, address, KeyOf(name), cancellation);
            await write(upload, cancellation);
            await upload.CompleteAsync();
            return 0;
        },
        cancellation);

    /// <remarks>
    /// S3 changes no bytes of an object: the first part is sent anew, the server copies the rest by itself, and the object is replaced when
    /// all of it is there. It costs one request for each 8 MiB and no traffic beyond the first part.
    /// </remarks>
    public Task ReplaceHeadAsync(string name, ReadOnlyMemory<byte> head, CancellationToken cancellation) => TryAsync(
        async () =>
        {
            await using var source = await ReadAsync(name, cancellation);
            await using var upload = new S3Upload(_client, address, KeyOf(name), cancellation);
            await source.ReadExactlyAsync(new byte[BackupHead.Size], cancellation);
            await upload.WriteAsync(head[..BackupHead.Size], cancellation);
            if (source.Size <= S3Upload.PartSize) await source.CopyToAsync(upload, cancellation);
            else
            {
                var rest = new byte[S3Upload.PartSize - BackupHead.Size];
                await source.ReadExactlyAsync(rest, cancellation);
                await upload.WriteAsync(rest, cancellation);
                await upload.CopyRestAsync(source.ETag!, S3Upload.PartSize, source.Size);
            }

            await upload.CompleteAsync();
            return 0;
        },
        cancellation);

    public Task DeleteAsync(string name, CancellationToken cancellation) => TryAsync(
        async () => await _client.DeleteObjectAsync(
            new DeleteObjectRequest { BucketName = address.Bucket, Key = KeyOf(name) }, cancellation),
        cancellation);

    public void Dispose() => _client.Dispose();

    /// <summary>
    /// Parts of a process that was killed are not listed and cost money for ever. An upload of a backup that is a day older is none that
    /// goes on.
    /// </summary>
    private async Task AbortLeftAsync(DateTime time, CancellationToken cancellation)
    {
        try
        {
            var left = await _client.ListMultipartUploadsAsync(
                new ListMultipartUploadsRequest { BucketName = address.Bucket, Prefix = address.Prefix }, cancellation);
            foreach (var upload in left.MultipartUploads ?? [])
            {
                if (BackupName.TimeOf(upload.Key[address.Prefix.Length..]) is not { } begun || time - begun < Abandoned) continue;
                await _client.AbortMultipartUploadAsync(
                    new AbortMultipartUploadRequest { BucketName = address.Bucket, Key = upload.Key, UploadId = upload.UploadId },
                    cancellation);
            }
        }
        catch (AmazonS3Exception)
        {
            // Not every server knows this list, and not every operator allows it (s3:ListBucketMultipartUploads).
        }
    }

    private async Task<S3Reading> ReadAsync(string name, CancellationToken cancellation)
    {
        var reading = new S3Reading(_client, address, KeyOf(name));
        try
        {
            await reading.OpenAsync(cancellation);
            return reading;
        }
        catch (AmazonS3Exception e) when (e.ErrorCode == "NoSuchKey")
        {
            await reading.DisposeAsync();
            throw new FileNotFoundException($"{address} has no {name}.", e);
        }
    }

    private async Task<bool> IsThereAsync(string name, CancellationToken cancellation)
    {
        try
        {
            await _client.GetObjectMetadataAsync(
                new GetObjectMetadataRequest { BucketName = address.Bucket, Key = KeyOf(name) }, cancellation);
            return true;
        }
        // An answer to HEAD has no body that could name the error: a missing bucket is told by the upload.
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    private string KeyOf(string name) => address.Prefix + name;

    private static AmazonS3Client Connect(S3Address address)
    {
        try
        {
            return S3Connection.Open();
        }
        catch (Exception e) when (S3Faults.Of(e, address, CancellationToken.None) is { } fault)
        {
            throw fault;
        }
    }

    private async Task<T> TryAsync<T>(Func<Task<T>> act, CancellationToken cancellation)
    {
        try
        {
            return await act();
        }
        catch (Exception e) when (S3Faults.Of(e, address, cancellation) is { } fault)
        {
            throw fault;
        }
    }
}
