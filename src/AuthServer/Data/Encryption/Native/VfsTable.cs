using System.Runtime.InteropServices;

namespace AuthServer.Data.Encryption.Native;

/// <summary><c>sqlite3_vfs</c>, version 3: how SQLite reaches the file system (https://www.sqlite.org/c3ref/vfs.html).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct VfsTable
{
    public int Version;

    /// <summary>The size of the structure that SQLite allocates for each file.</summary>
    public int FileSize;

    public int LongestPath;
    public VfsTable* Next;
    public byte* Name;
    public void* AppData;
    public delegate* unmanaged[Cdecl]<VfsTable*, byte*, SqliteFile*, int, int*, int> Open;
    public void* Delete, Access, FullPathname, DlOpen, DlError, DlSym, DlClose, Randomness, Sleep, CurrentTime, GetLastError;
    public void* CurrentTimeInt64, SetSystemCall, GetSystemCall, NextSystemCall;
}

/// <summary><c>sqlite3_file</c>: what stands at the beginning of the structure of each file.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SqliteFile
{
    public FileMethods* Methods;
}

/// <summary><c>sqlite3_io_methods</c>, version 3 (https://www.sqlite.org/c3ref/io_methods.html).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct FileMethods
{
    public int Version;
    public delegate* unmanaged[Cdecl]<SqliteFile*, int> Close;
    public delegate* unmanaged[Cdecl]<SqliteFile*, byte*, int, long, int> Read;
    public delegate* unmanaged[Cdecl]<SqliteFile*, byte*, int, long, int> Write;
    public void* Truncate, Sync;
    public delegate* unmanaged[Cdecl]<SqliteFile*, long*, int> FileSize;
    public void* Lock, Unlock, CheckReservedLock, FileControl, SectorSize, DeviceCharacteristics;
    public void* ShmMap, ShmLock, ShmBarrier, ShmUnmap;
    public void* Fetch, Unfetch;
}
