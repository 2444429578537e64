using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AuthServer.Data.Encryption.Native;
using AuthServer.Data.Encryption.Pages;

namespace AuthServer.Data.Encryption.Vfs;

/// <summary>A file system for SQLite that encrypts databases and their logs, and refuses every other file.</summary>
/// <remarks>
/// It is the default VFS with another <c>xOpen</c>. Rollback journals and temporary files are refused: a database of ours is in WAL mode
/// from its beginning and keeps temporary tables in memory. A journal that somebody put beside the database would be replayed into it.
/// </remarks>
public sealed unsafe class EncryptingVfs
{
    private static readonly Lock Making = new();
    private static readonly Dictionary<FileKeys, EncryptingVfs> Made = [];

    private static VfsTable* _default;

    private readonly FileKeys _keys;

    private EncryptingVfs(FileKeys keys, string name) => (_keys, Name) = (keys, name);

    /// <summary>What a connection string names as <c>Vfs</c>.</summary>
    public string Name { get; }

    /// <summary>Registers it once for a pair of keys; SQLite knows it until the process ends.</summary>
    public static EncryptingVfs For(FileKeys keys)
    {
        lock (Making)
        {
            if (Made.TryGetValue(keys, out var made)) return made;
            Default();
            var vfs = new EncryptingVfs(keys, $"authserver-{Made.Count + 1}");
            Register(vfs);
            return Made[keys] = vfs;
        }
    }

    /// <summary>The VFS of the operating system, found once.</summary>
    internal static VfsTable* Default()
    {
        lock (Making)
        {
            if (_default is not null) return _default;
            SQLitePCL.Batteries_V2.Init();
            _default = SqliteLibrary.FindVfs(null);
            OpenFile.TailAt = (_default->FileSize + sizeof(nint) - 1) / sizeof(nint) * sizeof(nint);
            return _default;
        }
    }

    /// <summary>The name of the VFS for plain files.</summary>
    public static string DefaultName => Marshal.PtrToStringUTF8((nint)Default()->Name)!;

    private static void Register(EncryptingVfs vfs)
    {
        var table = (RegisteredVfs*)NativeMemory.AllocZeroed((nuint)sizeof(RegisteredVfs));
        // Its other methods, which open no files, work on this copy as on the original.
        table->Vfs = *_default;
        table->Vfs.Next = null;
        table->Vfs.Name = (byte*)Marshal.StringToCoTaskMemUTF8(vfs.Name);
        table->Vfs.FileSize = OpenFile.TailAt + OpenFile.TailSize;
        table->Vfs.Open = &OnOpen;
        table->Owner = GCHandle.ToIntPtr(GCHandle.Alloc(vfs));
        var result = SqliteLibrary.RegisterVfs(&table->Vfs, makeDefault: 0);
        if (result != SqliteCodes.Ok) throw new InvalidOperationException($"SQLite does not take the encrypting VFS: {result}.");
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnOpen(VfsTable* vfs, byte* name, SqliteFile* file, int flags, int* given)
    {
#pragma warning disable CA1031 // No exception may reach SQLite: it would end the process.
        try
        {
            // SQLite closes a file that did not open only when it has methods.
            file->Methods = null;
            var owner = (EncryptingVfs)GCHandle.FromIntPtr(((RegisteredVfs*)vfs)->Owner).Target!;
            return owner.Open(name, file, flags, given);
        }
        catch (Exception)
        {
            return SqliteCodes.CannotOpen;
        }
#pragma warning restore CA1031
    }

    private int Open(byte* name, SqliteFile* file, int flags, int* given)
    {
        if ((flags & SqliteCodes.OpenMain) != 0) return OpenMain(name, file, flags, given);
        if ((flags & (SqliteCodes.OpenLog | SqliteCodes.OpenMainJournal)) == 0) return SqliteCodes.CannotOpen;
        if (OpenFile.Of(SqliteLibrary.MainFileOf(name)) is not MainFile main) return SqliteCodes.CannotOpen;
        var isLog = (flags & SqliteCodes.OpenLog) != 0;
        // The journal of a file that was empty holds no page, because there was none.
        if (!isLog && !main.IsNew) return SqliteCodes.CannotOpen;
        var result = _default->Open(_default, name, file, flags, given);
        if (result == SqliteCodes.Ok && isLog) OpenFile.Attach(new LogFile(file, main.Seal));
        return result;
    }

    private int OpenMain(byte* name, SqliteFile* file, int flags, int* given)
    {
        var result = _default->Open(_default, name, file, flags, given);
        if (result != SqliteCodes.Ok) return result;
        result = ReadHead(file, out var head, out var isNew);
        if (result == SqliteCodes.Ok && _keys.Of(head.Mark) is { } key)
        {
            OpenFile.Attach(new MainFile(file, head, key.Derive(head.Bytes), isNew));
            return SqliteCodes.Ok;
        }
        file->Methods->Close(file);
        file->Methods = null;
        return result == SqliteCodes.Ok ? SqliteCodes.NotADatabase : result;
    }

    private int ReadHead(SqliteFile* file, out FileHead head, out bool isNew)
    {
        long size;
        var result = file->Methods->FileSize(file, &size);
        isNew = size == 0;
        head = FileHead.New(_keys.Current.Mark);
        if (result != SqliteCodes.Ok || isNew) return result;
        var bytes = stackalloc byte[FileHead.Size];
        result = file->Methods->Read(file, bytes, FileHead.Size, 0);
        if (result != SqliteCodes.Ok && result != SqliteCodes.ShortRead) return result;
        if (FileHead.Read(new(bytes, FileHead.Size)) is not { } read) return SqliteCodes.NotADatabase;
        head = read;
        return SqliteCodes.Ok;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct RegisteredVfs
    {
        public VfsTable Vfs;
        public nint Owner;
    }
}
