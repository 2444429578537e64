using System.Runtime.InteropServices;
using AuthServer.Configuration;
using AuthServer.Data.Encryption.Native;
using AuthServer.Data.Encryption.Pages;

namespace AuthServer.Data.Encryption.Vfs;

/// <summary>Reads the first bytes of a database file, encrypted or not.</summary>
/// <remarks>Through SQLite: closing a file by other means drops the locks that SQLite holds on it in this process (POSIX).</remarks>
internal static unsafe class StoredHead
{
    private const int ReadOnly = 0x1;

    /// <returns>Null: the file is absent or empty. Fewer bytes than a head has: the file has no more.</returns>
    public static byte[]? Read(string path)
    {
        if (!File.Exists(path)) return null;
        var vfs = EncryptingVfs.Default();
        var file = (SqliteFile*)NativeMemory.AllocZeroed((nuint)vfs->FileSize);
        var name = SqliteLibrary.CreateFileName(path, "", "", 0, null);
        try
        {
            int given;
            var result = vfs->Open(vfs, name, file, ReadOnly | SqliteCodes.OpenMain, &given);
            if (result != SqliteCodes.Ok) throw Unreadable(path, result);
            return ReadOpen(path, file);
        }
        finally
        {
            if (file->Methods is not null) file->Methods->Close(file);
            SqliteLibrary.FreeFileName(name);
            NativeMemory.Free(file);
        }
    }

    private static byte[]? ReadOpen(string path, SqliteFile* file)
    {
        long size;
        var head = new byte[FileHead.Size];
        var result = file->Methods->FileSize(file, &size);
        if (result == SqliteCodes.Ok && size > 0)
        {
            fixed (byte* at = head) result = file->Methods->Read(file, at, FileHead.Size, 0);
        }
        if (result is not (SqliteCodes.Ok or SqliteCodes.ShortRead)) throw Unreadable(path, result);
        return size == 0 ? null : head[..(int)Math.Min(size, FileHead.Size)];
    }

    private static StartRefusedException Unreadable(string path, int result) => new(
        $"AUTHSERVER_DATA: {path} cannot be read (SQLite error {result}); check the owner and the rights of the directory and its files");
}
