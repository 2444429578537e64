using System.Text;
using AuthServer.Backup.Format;
using AuthServer.Backup.Places;

namespace AuthServer.UnitTests.Backup;

public sealed class DirectoryPlaceTests : IDisposable
{
    private static readonly DateTime Now = new(2026, 11, 29, 4, 30, 7, DateTimeKind.Utc);
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"place-{Guid.CreateVersion7():N}");

    private CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        if (Directory.Exists(_path)) Directory.Delete(_path, recursive: true);
    }

    [Fact]
    public async Task What_was_written_is_listed_and_read()
    {
        var place = new DirectoryPlace(_path);
        var name = BackupName.Of(Now, Guid.CreateVersion7());
        Assert.Empty(await place.ListAsync(Cancellation));
        await place.WriteAsync(name, (stream, end) => stream.WriteAsync("text"u8.ToArray(), end).AsTask(), Cancellation);
        var found = Assert.Single(await place.ListAsync(Cancellation));
        Assert.Equal(new StoredBackup(name, 4, Now), found);
        using var reader = new StreamReader(await place.OpenAsync(name, Cancellation));
        Assert.Equal("text", await reader.ReadToEndAsync(Cancellation));
        await place.DeleteAsync(name, Cancellation);
        Assert.Empty(await place.ListAsync(Cancellation));
    }

    [Fact]
    public async Task The_newest_is_listed_first_and_other_files_are_not()
    {
        var place = new DirectoryPlace(_path);
        foreach (var hours in new[] { 1, 3, 2 })
        {
            await place.WriteAsync(BackupName.Of(Now.AddHours(hours), Guid.CreateVersion7()), (_, _) => Task.CompletedTask, Cancellation);
        }

        await File.WriteAllTextAsync(Path.Combine(_path, "other.txt"), "", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(_path, "other" + BackupName.Suffix), "", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(_path, BackupName.Of(Now, Guid.CreateVersion7()) + ".unfinished"), "", Cancellation);
        Assert.Equal([3, 2, 1], (await place.ListAsync(Cancellation)).Select(b => (int)(b.CreatedAt - Now).TotalHours));
    }

    [Fact]
    public async Task A_name_that_is_taken_is_refused_unless_it_is_replaced_and_a_failure_leaves_the_former()
    {
        var place = new DirectoryPlace(_path);
        foreach (var (text, replace) in new[] { ("first", false), ("second", true) })
        {
            await place.WriteAsync(
                "authplatform.drills", (stream, end) => stream.WriteAsync(Encoding.ASCII.GetBytes(text), end).AsTask(),
                Cancellation, replace);
        }

        await Assert.ThrowsAsync<IOException>(() => place.WriteAsync("authplatform.drills", FailAsync, Cancellation));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => place.WriteAsync("authplatform.drills", FailAsync, Cancellation, replace: true));
        Assert.Equal("second", await File.ReadAllTextAsync(Path.Combine(_path, "authplatform.drills"), Cancellation));
    }

    [Fact]
    public async Task Of_a_writing_that_fails_nothing_is_left()
    {
        var place = new DirectoryPlace(_path);
        var name = BackupName.Of(Now, Guid.CreateVersion7());
        await Assert.ThrowsAsync<InvalidOperationException>(() => place.WriteAsync(name, FailAsync, Cancellation));
        Assert.Empty(Directory.EnumerateFiles(_path));
    }

    [Fact]
    public async Task What_a_killed_process_has_left_is_deleted_and_what_another_one_writes_is_not()
    {
        var place = new DirectoryPlace(_path);
        Directory.CreateDirectory(_path);
        var (left, open) = (Path.Combine(_path, "a.apbackup.unfinished"), Path.Combine(_path, "b.apbackup.unfinished"));
        await File.WriteAllTextAsync(left, "", Cancellation);
        await using var other = new FileStream(open, FileMode.Create, FileAccess.Write);
        await place.WriteAsync(BackupName.Of(Now, Guid.CreateVersion7()), (_, _) => Task.CompletedTask, Cancellation);
        Assert.False(File.Exists(left));
        Assert.True(File.Exists(open));
    }

    [Fact]
    public async Task Writings_at_one_time_do_not_delete_each_other()
    {
        var place = new DirectoryPlace(_path);
        var content = new byte[1000];
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            var name = BackupName.Of(Now.AddSeconds(i), Guid.CreateVersion7());
            await place.WriteAsync(name, (stream, end) => stream.WriteAsync(content, end).AsTask(), Cancellation);
        });
        Assert.Equal(200, (await place.ListAsync(Cancellation)).Count);
        Assert.Equal(200, Directory.EnumerateFiles(_path).Count());
    }

    [Fact]
    public async Task A_head_is_replaced_and_the_rest_stays()
    {
        var place = new DirectoryPlace(_path);
        var name = BackupName.Of(Now, Guid.CreateVersion7());
        await place.WriteAsync(name, (stream, end) => stream.WriteAsync(new byte[BackupHead.Size + 3], end).AsTask(), Cancellation);
        await place.ReplaceHeadAsync(name, Enumerable.Repeat((byte)7, BackupHead.Size).ToArray(), Cancellation);
        var bytes = await File.ReadAllBytesAsync(Path.Combine(_path, name), Cancellation);
        Assert.Equal([.. Enumerable.Repeat((byte)7, BackupHead.Size), 0, 0, 0], bytes);
    }

    [Fact]
    public async Task A_name_never_leaves_the_directory() => await Assert.ThrowsAsync<FileNotFoundException>(
        () => new DirectoryPlace(_path).OpenAsync("../other" + BackupName.Suffix, Cancellation));

    [Fact]
    public async Task Nobody_else_may_read_it()
    {
        if (OperatingSystem.IsWindows()) return; // Access is kept in lists there, not in modes.
        var name = BackupName.Of(Now, Guid.CreateVersion7());
        await new DirectoryPlace(_path).WriteAsync(name, (_, _) => Task.CompletedTask, Cancellation);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_path, name)));
    }

    private static async Task FailAsync(Stream stream, CancellationToken cancellation)
    {
        await stream.WriteAsync(new byte[100_000], cancellation);
        throw new InvalidOperationException();
    }
}
