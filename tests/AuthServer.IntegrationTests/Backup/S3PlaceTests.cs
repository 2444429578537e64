using System.Security.Cryptography;
using AuthServer.Backup.Format;
using AuthServer.Backup.Places;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Backup;

/// <summary>Backups in object storage, over HTTP to a server that verifies each signature and each body.</summary>
public sealed class S3PlaceTests
{
    private const int Part = 8 * 1024 * 1024;
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(Part)]
    [InlineData(Part + 1)]
    [InlineData((5 * Part) + 77)]
    public async Task What_is_written_is_read_again(int size)
    {
        var (place, bucket) = await NewAsync();
        var (name, bytes) = (Name(), RandomNumberGenerator.GetBytes(size));
        await WriteAsync(place, name, bytes);
        Assert.Equal(bytes, bucket.Objects["some/where/" + name]);
        Assert.Empty(bucket.Uploads);
        Assert.Equal(bytes, await ReadAsync(place, name));
        var stored = Assert.Single(await place.ListAsync(None));
        Assert.Equal((name, size), (stored.Name, stored.Size));
    }

    [Fact]
    public async Task A_list_has_all_pages_newest_first_and_no_other_files()
    {
        var (place, bucket) = await NewAsync();
        var names = Enumerable.Range(0, 10).Select(Name).ToList();
        foreach (var name in names) bucket.Objects["some/where/" + name] = [1];
        bucket.Objects["some/where/notes.txt"] = [1];
        bucket.Objects["some/where/deeper/" + names[0]] = [1];
        bucket.Objects["some/whereelse/" + names[0]] = [1];
        bucket.Objects[names[0]] = [1];
        names.Reverse();
        Assert.Equal(names, (await place.ListAsync(None)).Select(b => b.Name));
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused_and_nothing_is_changed()
    {
        var (place, bucket) = await NewAsync();
        var name = Name();
        await WriteAsync(place, name, [1, 2, 3]);
        await Assert.ThrowsAsync<IOException>(() => WriteAsync(place, name, [4]));
        Assert.Equal([1, 2, 3], bucket.Objects["some/where/" + name]);
    }

    [Fact]
    public async Task A_write_that_fails_leaves_neither_an_object_nor_parts()
    {
        var (place, bucket) = await NewAsync();
        await Assert.ThrowsAsync<InvalidDataException>(() => place.WriteAsync(
            Name(),
            async (stream, cancellation) =>
            {
                await stream.WriteAsync(new byte[3 * Part], cancellation);
                throw new InvalidDataException();
            },
            None));
        Assert.Empty(bucket.Objects);
        Assert.Empty(bucket.Uploads);
        Assert.Contains(bucket.Requests, r => r.StartsWith("POST ?uploads", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Parts_that_a_killed_process_has_left_a_day_ago_are_deleted()
    {
        var (place, bucket) = await NewAsync();
        var day = new DateTime(2026, 11, 29, 2, 0, 0, DateTimeKind.Utc);
        foreach (var begun in new[] { day.AddDays(-1), day.AddHours(-1) })
            bucket.Begin("some/where/" + BackupName.Of(begun, Guid.CreateVersion7()));
        bucket.Begin("some/where/film.mp4");
        await WriteAsync(place, BackupName.Of(day, Guid.CreateVersion7()), [1]);
        Assert.Equal(2, bucket.Uploads.Count);
        bucket.Refusal = r => r.Query.ContainsKey("uploads") ? (403, "AccessDenied", "") : null;
        await WriteAsync(place, BackupName.Of(day.AddDays(2), Guid.CreateVersion7()), [1]);
        Assert.Equal(2, bucket.Uploads.Count);
    }

    [Fact]
    public async Task A_server_that_refuses_a_part_leaves_neither_an_object_nor_parts()
    {
        var (place, bucket) = await NewAsync();
        bucket.Refusal = r => r.Query["partNumber"] == "2" ? (403, "AccessDenied", "no") : null;
        var fault = await Assert.ThrowsAsync<IOException>(() => WriteAsync(place, Name(), new byte[4 * Part]));
        Assert.Contains("s3:PutObject", fault.Message, StringComparison.Ordinal);
        Assert.Empty(bucket.Objects);
        Assert.Empty(bucket.Uploads);
    }

    [Fact]
    public async Task A_part_that_the_server_cannot_take_at_first_is_sent_again()
    {
        var (place, bucket) = await NewAsync();
        var failures = 2;
        bucket.Refusal = r => r.Query["partNumber"] == "2" && Interlocked.Decrement(ref failures) >= 0 ? (503, "SlowDown", "") : null;
        var (name, bytes) = (Name(), RandomNumberGenerator.GetBytes(2 * Part));
        await WriteAsync(place, name, bytes);
        Assert.Equal(bytes, bucket.Objects["some/where/" + name]);
    }

    [Fact]
    public async Task A_connection_that_breaks_in_the_middle_is_taken_up_where_it_was()
    {
        var (place, bucket) = await NewAsync();
        var (name, bytes) = (Name(), RandomNumberGenerator.GetBytes(3 * Part));
        await WriteAsync(place, name, bytes);
        bucket.Breaks = 3;
        Assert.Equal(bytes, await ReadAsync(place, name));
        bucket.Breaks = 4;
        await Assert.ThrowsAsync<IOException>(() => ReadAsync(place, name));
    }

    [Fact]
    public async Task An_object_that_is_replaced_while_it_is_read_is_not_mixed()
    {
        var (place, bucket) = await NewAsync();
        var name = Name();
        await WriteAsync(place, name, new byte[Part]);
        await using var reading = await place.OpenAsync(name, None);
        bucket.Objects["some/where/" + name] = new byte[Part + 1];
        await Assert.ThrowsAsync<IOException>(() => reading.CopyToAsync(Stream.Null));
    }

    [Fact]
    public async Task Only_the_beginning_of_a_backup_is_asked_for_when_only_its_head_is_read()
    {
        var (place, bucket) = await NewAsync();
        var name = Name();
        await WriteAsync(place, name, new byte[3 * Part]);
        bucket.Requests.Clear();
        await using (var reading = await place.OpenAsync(name, None)) await reading.ReadExactlyAsync(new byte[BackupHead.Size]);
        Assert.Single(bucket.Requests);
    }

    [Theory]
    [InlineData(BackupHead.Size)]
    [InlineData(BackupHead.Size + 5)]
    [InlineData(Part)]
    [InlineData((3 * Part) + 5)]
    public async Task The_head_is_replaced_and_the_rest_stays(int size)
    {
        var (place, bucket) = await NewAsync();
        var (name, bytes) = (Name(), RandomNumberGenerator.GetBytes(size));
        await WriteAsync(place, name, bytes);
        var head = RandomNumberGenerator.GetBytes(BackupHead.Size);
        await place.ReplaceHeadAsync(name, head, None);
        Assert.Equal([.. head, .. bytes.AsSpan(BackupHead.Size)], bucket.Objects["some/where/" + name]);
        Assert.Empty(bucket.Uploads);
    }

    [Fact]
    public async Task A_replacement_that_fails_leaves_the_old_backup()
    {
        var (place, bucket) = await NewAsync();
        var (name, bytes) = (Name(), RandomNumberGenerator.GetBytes(3 * Part));
        await WriteAsync(place, name, bytes);
        bucket.Refusal = r => r.Query["partNumber"] == "3" ? (403, "AccessDenied", "no") : null;
        await Assert.ThrowsAsync<IOException>(() => place.ReplaceHeadAsync(name, new byte[BackupHead.Size], None));
        Assert.Equal(bytes, bucket.Objects["some/where/" + name]);
        Assert.Empty(bucket.Uploads);
    }

    [Fact]
    public async Task A_backup_that_is_not_there_is_said_to_be_missing_and_deleting_it_is_no_error()
    {
        var (place, _) = await NewAsync();
        await Assert.ThrowsAsync<FileNotFoundException>(() => place.OpenAsync(Name(), None));
        await place.DeleteAsync(Name(), None);
    }

    [Fact]
    public async Task A_deleted_backup_is_gone()
    {
        var (place, bucket) = await NewAsync();
        var name = Name();
        await WriteAsync(place, name, [1]);
        await place.DeleteAsync(name, None);
        Assert.Empty(bucket.Objects);
    }

    internal static string Name(int minute = 0) =>
        BackupName.Of(new DateTime(2026, 11, 29, 2, minute, 0, DateTimeKind.Utc), Guid.CreateVersion7());

    private static async Task<(S3Place Place, S3Bucket Bucket)> NewAsync()
    {
        var bucket = (await SharedServers.ObjectsAsync()).NewBucket();
        return (new S3Place(S3Address.Parse($"s3://{bucket.Name}/some/where/")!), bucket);
    }

    // In pieces that fit no part.
    private static Task WriteAsync(S3Place place, string name, byte[] bytes) => place.WriteAsync(
        name,
        async (stream, cancellation) =>
        {
            for (var at = 0; at < bytes.Length; at += 700_001)
                await stream.WriteAsync(bytes.AsMemory(at, Math.Min(700_001, bytes.Length - at)), cancellation);
        },
        None);

    private static async Task<byte[]> ReadAsync(S3Place place, string name)
    {
        await using var reading = await place.OpenAsync(name, None);
        using var memory = new MemoryStream();
        await reading.CopyToAsync(memory);
        return memory.ToArray();
    }
}
