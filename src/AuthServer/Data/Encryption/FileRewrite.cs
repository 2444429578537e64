using AuthServer.Configuration;
using AuthServer.Data.Encryption.Native;
using AuthServer.Data.Encryption.Pages;
using AuthServer.Data.Encryption.Vfs;
using Microsoft.Data.Sqlite;

namespace AuthServer.Data.Encryption;

/// <summary>How a rewriting ended.</summary>
public enum RewriteOutcome
{
    Done,

    /// <summary>Another connection has the file open.</summary>
    InUse,

    /// <summary>The disk has no room for a second file.</summary>
    NoSpace,
}

/// <summary>
/// Writes a database anew, plain or encrypted, beside the old one. It takes the place of the old one in one step, when it is whole.
/// </summary>
public static class FileRewrite
{
    private const int Patience = 2;

    // What the file system itself needs, beyond the pages.
    private const long Spare = 1 << 20;

    /// <summary>The unfinished file; a start deletes what a killed process has left of it.</summary>
    public static string Unfinished(string path) => path + ".new";

    /// <summary>The folder of a database that a backup is being restored into; a start deletes it too.</summary>
    public static string Restoring(string path) => path + ".restore";

    /// <summary>An empty database with the keys of <paramref name="file"/>.</summary>
    public static void Create(EmbeddedFile file)
    {
        MakeEmpty(file.Path);
        UseLog(Unfinished(file.Path), file.Keys!);
        Sync(Unfinished(file.Path));
        LastingMove.Run(Unfinished(file.Path), file.Path, overwrite: true);
    }

    /// <summary>An empty file, which SQLite fills.</summary>
    public static void CreatePlain(EmbeddedFile file)
    {
        if (!File.Exists(file.Path)) MakeFile(file.Path);
    }

    /// <summary>The same rows, encrypted with the current key under a new salt.</summary>
    /// <param name="isPlain">Whether the file is plain now.</param>
    public static RewriteOutcome InPlace(EmbeddedFile file, bool isPlain)
    {
        var (path, keys) = (file.Path, file.Keys!);
        if (!HasRoom(path)) return RewriteOutcome.NoSpace;
        using var source = OpenAlone(path, isPlain ? null : keys);
        if (source is null) return RewriteOutcome.InUse;
        MakeEmpty(path);
        CopyInto(source, Unfinished(path), keys);
        UseLog(Unfinished(path), keys);
        Sync(Unfinished(path));
        Replace(path);
        return RewriteOutcome.Done;
    }

    /// <summary>A plain copy for people, at a path where nothing is. Servers may run meanwhile.</summary>
    public static void Decrypt(EmbeddedFile file, FileKeys keys, string target)
    {
        using var source = new SqliteConnection(Unpooled(file.Path, keys));
        source.Open();
        MakeFile(target);
        try
        {
            Run(source, "PRAGMA temp_store=MEMORY");
            CopyInto(source, target, keys: null);
        }
        catch
        {
            File.Delete(target);
            throw;
        }
    }

    /// <summary>A connection beside which no other one reads or writes the file until it is closed.</summary>
    /// <returns>Null: another process uses the file.</returns>
    public static SqliteConnection? HoldAlone(EmbeddedFile file) => OpenAlone(file.Path, file.Keys);

    /// <summary>
    /// Puts a database that was built beside it in the place of the file, which the caller holds alone where there is one.
    /// </summary>
    public static void TakeOver(EmbeddedFile file, EmbeddedFile built)
    {
        Sync(built.Path);
        if (file.State() == FileState.Absent)
        {
            LastingMove.Run(built.Path, file.Path, overwrite: true);
            return;
        }

        File.Move(built.Path, Unfinished(file.Path), overwrite: true);
        Replace(file.Path);
    }

    private static SqliteConnection? OpenAlone(string path, FileKeys? keys)
    {
        var source = new SqliteConnection(Unpooled(path, keys));
        try
        {
            source.Open();
            // No other connection reads or writes the file from here until this one closes.
            Run(source, "PRAGMA temp_store=MEMORY");
            Run(source, "PRAGMA locking_mode=EXCLUSIVE");
            Run(source, "BEGIN EXCLUSIVE");
            Run(source, "COMMIT");
            Run(source, "PRAGMA wal_checkpoint(TRUNCATE)");
            KeepLog(source);
            return source;
        }
        catch (SqliteException busy) when (busy.SqliteErrorCode == SqliteCodes.Busy)
        {
            source.Dispose();
            return null;
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>The last step, after which the new file is the database.</summary>
    private static void Replace(string path)
    {
        // A process that waits for the lock of the old file would go on with it once it is free, and with the log of the new one.
        // It finds that what it has opened is no database any more.
        using var old = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        // The name is on the disk before the old file loses its head: a power failure in between would otherwise leave neither of them.
        // The log of the old file is empty; were it not, its pages would not open.
        LastingMove.Run(Unfinished(path), path, overwrite: true);
        old.Write(new byte[FileHead.Size]);
        old.Flush(flushToDisk: true);
    }

    /// <summary>Without this the source deletes the log at its end, which by then may be that of the new file.</summary>
    private static unsafe void KeepLog(SqliteConnection source)
    {
        var keep = 1;
        var result = SqliteLibrary.FileControl(source.Handle!.DangerousGetHandle(), "main", SqliteCodes.PersistLog, &keep);
        if (result != SqliteCodes.Ok) throw new InvalidOperationException($"SQLite does not keep the log of a file: {result}.");
    }

    private static void CopyInto(SqliteConnection source, string target, FileKeys? keys)
    {
        var (vfs, reserve) = keys is null ? (EncryptingVfs.DefaultName, 0) : (EncryptingVfs.For(keys).Name, PageSeal.Reserved);
        using var command = source.CreateCommand();
        command.CommandText = "VACUUM INTO @target";
        // "reserve": the bytes that each page leaves free (https://www.sqlite.org/lang_vacuum.html).
        command.Parameters.AddWithValue("@target", $"{new Uri(target).AbsoluteUri}?vfs={vfs}&reserve={reserve}");
        command.ExecuteNonQuery();
    }

    /// <summary>Sets the mode of the log for ever, and reads every page.</summary>
    private static void UseLog(string path, FileKeys keys)
    {
        using var connection = new SqliteConnection(Unpooled(path, keys));
        connection.Open();
        // The change of the mode itself needs a journal, which the encrypting VFS allows in memory alone. Nobody else knows this file yet.
        Run(connection, "PRAGMA journal_mode=MEMORY");
        if (Run(connection, "PRAGMA journal_mode=WAL") is not "wal" || Run(connection, "PRAGMA quick_check") is not "ok")
            throw new InvalidDataException($"{path} is not a whole copy; the original is unchanged.");
    }

    /// <summary>One statement. Of several, Microsoft.Data.Sqlite hides the errors of those after the first that has an answer.</summary>
    private static object? Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }

    // As a URI, because SQLite takes the target of VACUUM INTO as one only then.
    private static string Unpooled(string path, FileKeys? keys) => new SqliteConnectionStringBuilder
    {
        DataSource = new Uri(path).AbsoluteUri,
        Pooling = false,
        DefaultTimeout = Patience,
        Vfs = keys is null ? EncryptingVfs.DefaultName : EncryptingVfs.For(keys).Name,
    }.ToString();

    private static bool HasRoom(string path)
    {
        var log = new FileInfo(path + "-wal");
        var needed = new FileInfo(path).Length + (log.Exists ? log.Length : 0);
        return new DriveInfo(System.IO.Path.GetDirectoryName(path)!).AvailableFreeSpace > needed + needed / 10 + Spare;
    }

    private static void MakeEmpty(string path)
    {
        foreach (var suffix in new[] { "", "-journal", "-wal", "-shm" }) File.Delete(Unfinished(path) + suffix);
        MakeFile(Unfinished(path));
    }

    /// <summary>Readable by the server's user alone; SQLite gives its log and index files the same mode.</summary>
    private static void MakeFile(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
    }

    private static void Sync(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }
}
