using System.Runtime.InteropServices;

namespace AuthServer.Configuration;

/// <summary>Renames a file so that the new name outlasts a power failure.</summary>
public static partial class LastingMove
{
    private const int ReadOnly = 0;

    /// <summary>Returns when the name is on the disk; the caller has synced the content.</summary>
    /// <remarks>fsync(2): "Calling fsync() does not necessarily ensure that the entry in the directory has also reached disk."</remarks>
    public static void Run(string from, string to, bool overwrite = false)
    {
        File.Move(from, to, overwrite);
        // NTFS keeps a journal of names.
        if (!OperatingSystem.IsWindows()) SyncDirectory(Path.GetDirectoryName(Path.GetFullPath(to))!);
    }

    // As SQLite does it: a file system that cannot sync a directory is no error.
    private static void SyncDirectory(string path)
    {
        var directory = Open(path, ReadOnly);
        if (directory < 0) return;
        _ = Sync(directory);
        _ = Close(directory);
    }

    // .NET opens no directories.
    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sync(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int file);
}
