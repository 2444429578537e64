using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AuthServer.Data.Encryption.Native;

/// <summary>The functions of SQLite's C interface that Microsoft.Data.Sqlite does not offer, in the library that it has loaded.</summary>
internal static unsafe partial class SqliteLibrary
{
    private const string Name = "e_sqlite3";
    private const DllImportSearchPath Safe = DllImportSearchPath.SafeDirectories;

    /// <param name="name">Null: the default one, which uses the file system of the operating system.</param>
    [LibraryImport(Name, EntryPoint = "sqlite3_vfs_find")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)]), DefaultDllImportSearchPaths(Safe)]
    public static partial VfsTable* FindVfs(byte* name);

    /// <remarks>SQLite keeps the pointer.</remarks>
    [LibraryImport(Name, EntryPoint = "sqlite3_vfs_register")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)]), DefaultDllImportSearchPaths(Safe)]
    public static partial int RegisterVfs(VfsTable* vfs, int makeDefault);

    /// <summary>The main file of the log or journal whose name was given to <see cref="VfsTable.Open"/>.</summary>
    [LibraryImport(Name, EntryPoint = "sqlite3_database_file_object")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)]), DefaultDllImportSearchPaths(Safe)]
    public static partial SqliteFile* MainFileOf(byte* name);

    [LibraryImport(Name, EntryPoint = "sqlite3_file_control", StringMarshalling = StringMarshalling.Utf8)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)]), DefaultDllImportSearchPaths(Safe)]
    public static partial int FileControl(nint connection, string database, int operation, int* value);

    /// <summary>A name in the form in which a VFS takes it.</summary>
    [LibraryImport(Name, EntryPoint = "sqlite3_create_filename", StringMarshalling = StringMarshalling.Utf8)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)]), DefaultDllImportSearchPaths(Safe)]
    public static partial byte* CreateFileName(string database, string journal, string log, int parameters, byte** values);

    [LibraryImport(Name, EntryPoint = "sqlite3_free_filename")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)]), DefaultDllImportSearchPaths(Safe)]
    public static partial void FreeFileName(byte* name);
}
