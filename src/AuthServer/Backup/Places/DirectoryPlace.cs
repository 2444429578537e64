using AuthServer.Backup.Format;
using AuthServer.Configuration;

namespace AuthServer.Backup.Places;

/// <summary>A directory of backups; its files are for the server's user alone.</summary>
public sealed class DirectoryPlace(string path) : IBackupPlace
{
    // A file that is being written, or that a killed process has left. It is never listed.
    private const string Unfinished = ".unfinished";

    private const int BufferSize = 1 << 16;
    private const int MostAttempts = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public string Description { get; } = Path.GetFullPath(path);

    public Task<IReadOnlyList<StoredBackup>> ListAsync(CancellationToken cancellation)
    {
        var directory = new DirectoryInfo(Description);
        IReadOnlyList<StoredBackup> found = !directory.Exists ? [] :
        [
            .. from file in directory.EnumerateFiles("*" + BackupName.Suffix)
               let time = BackupName.TimeOf(file.Name)
               where time is not null
               orderby file.Name descending
               select new StoredBackup(file.Name, file.Length, time.Value),
        ];
        return Task.FromResult(found);
    }

    public Task<Stream> OpenAsync(string name, CancellationToken cancellation) => Task.FromResult<Stream>(new FileStream(
        PathOf(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferSize, FileOptions.SequentialScan));

    public async Task WriteAsync(
        string name, Func<Stream, CancellationToken, Task> write, CancellationToken cancellation, bool replace = false)
    {
        new DataDirectory(Description).Create();
        var target = PathOf(name);
        if (!replace && File.Exists(target)) throw new IOException($"{target} exists.");
        DeleteLeft();
        var unfinished = target + Unfinished;
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.Read | FileShare.Delete, BufferSize = BufferSize,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            await using var file = await CreateAsync(unfinished, options, cancellation);
            await write(file, cancellation);
            file.Flush(flushToDisk: true);
            // While the file is open, because another process would take a closed one for what a killed process has left.
            LastingMove.Run(unfinished, target, overwrite: replace);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    public async Task ReplaceHeadAsync(string name, ReadOnlyMemory<byte> head, CancellationToken cancellation)
    {
        await using var file = new FileStream(PathOf(name), FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        await file.WriteAsync(head[..BackupHead.HalfSize], CancellationToken.None);
        file.Flush(flushToDisk: true);
        await file.WriteAsync(head[BackupHead.HalfSize..BackupHead.Size], CancellationToken.None);
        file.Flush(flushToDisk: true);
    }

    public Task DeleteAsync(string name, CancellationToken cancellation)
    {
        if (Directory.Exists(Description)) File.Delete(PathOf(name));
        return Task.CompletedTask;
    }

    // Another process may take the new file for left before this one has locked it.
    private static async Task<FileStream> CreateAsync(string path, FileStreamOptions options, CancellationToken cancellation)
    {
        for (var left = MostAttempts; ; left--)
        {
            try
            {
                var file = new FileStream(path, options);
                if (File.Exists(path) || left == 0) return file;
                await file.DisposeAsync();
            }
            catch (IOException) when (left > 0)
            {
                // The other process has it open, for the moment in which it deletes it.
            }

            await Task.Delay(Pause, cancellation);
        }
    }

    /// <summary>What a process that writes has open, another one cannot open alone.</summary>
    private void DeleteLeft()
    {
        foreach (var path in Directory.EnumerateFiles(Description, "*" + BackupName.Suffix + Unfinished))
        {
            try
            {
                using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None)) File.Delete(path);
            }
            catch (IOException)
            {
                // It is being written.
            }
        }
    }

    private string PathOf(string name) => Path.GetFileName(name) == name
        ? Path.Combine(Description, name)
        : throw new FileNotFoundException($"\"{name}\" is not the name of a backup.");
}
