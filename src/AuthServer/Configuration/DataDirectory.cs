using System.Text;

namespace AuthServer.Configuration;

/// <summary>The folder of the embedded default: the database file, the generated secrets, the start lock.</summary>
public sealed record DataDirectory(string Path)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public bool Exists => Directory.Exists(Path);

    public string FileAt(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Only the user who runs the server may look inside: the folder holds every secret of the embedded default.</summary>
    public void Create()
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(Path);
        else Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Writes a file that its owner alone may read. It is there whole or not at all.</summary>
    public void Write(string name, string text)
    {
        var unfinished = FileAt($"{name}.{Guid.CreateVersion7():N}");
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using (var file = new FileStream(unfinished, options))
            {
                file.Write(Encoding.UTF8.GetBytes(text));
                file.Flush(flushToDisk: true);
            }
            LastingMove.Run(unfinished, FileAt(name), overwrite: true);
        }
        catch
        {
            // It may hold a secret, and each try has a name of its own.
            File.Delete(unfinished);
            throw;
        }
    }

    /// <summary>
    /// Of two processes that start at once the second finds what the first made. A move alone looks before it renames, and would replace
    /// it.
    /// </summary>
    public FileStream Lock(string name)
    {
        FileStream? held = null;
        SpinWait.SpinUntil(() => (held = TryLock(name)) is not null, Patience);
        return held ?? throw new StartRefusedException(
            $"AUTHSERVER_DATA: {FileAt(name)} is held by another process; stop it, and start again");
    }

    /// <summary>The operating system frees the file when the process ends; the empty file stays.</summary>
    /// <returns>Null: another process holds it.</returns>
    public FileStream? TryLock(string name)
    {
        try
        {
            return new FileStream(FileAt(name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
