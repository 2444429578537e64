using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AuthServer.Data.Encryption.Native;

namespace AuthServer.Data.Encryption.Vfs;

/// <summary>An encrypted file that SQLite has open. Methods answer with a result code of SQLite.</summary>
/// <remarks>
/// SQLite's own structure of the file comes first in memory, so that all its methods (locks, shared memory, sync) work on it unchanged;
/// behind it stands a <see cref="Tail"/> that leads here. Only <c>xRead</c>, <c>xWrite</c> and <c>xClose</c> are replaced.
/// One connection uses its files on one thread at a time.
/// </remarks>
internal abstract unsafe class OpenFile
{
    private static readonly Lock Making = new();
    private static readonly Dictionary<nint, nint> Replaced = [];

    private readonly FileMethods* _methods;
    private readonly SqliteFile* _file;

    /// <param name="file">Opened by the default VFS.</param>
    protected OpenFile(SqliteFile* file)
    {
        _file = file;
        _methods = file->Methods;
    }

    /// <summary>The size of what stands behind SQLite's own structure.</summary>
    public static int TailSize => sizeof(Tail);

    /// <summary>Where it stands, from the beginning of the structure.</summary>
    public static int TailAt { get; set; }

    /// <returns>Null: the file is not one of ours.</returns>
    public static OpenFile? Of(SqliteFile* file) => file is null || file->Methods is null || !IsReplaced(file->Methods)
        ? null : (OpenFile?)GCHandle.FromIntPtr(TailOf(file)->Owner).Target;

    /// <summary>From here on SQLite reads and writes through <paramref name="owner"/>.</summary>
    public static void Attach(OpenFile owner)
    {
        var tail = TailOf(owner._file);
        tail->Owner = GCHandle.ToIntPtr(GCHandle.Alloc(owner));
        owner._file->Methods = (FileMethods*)ReplacementOf((nint)owner._methods);
    }

    protected abstract int Read(Span<byte> target, long offset);

    protected abstract int Write(ReadOnlySpan<byte> source, long offset);

    protected abstract void Release();

    protected int ReadStored(Span<byte> target, long offset)
    {
        fixed (byte* at = target) return _methods->Read(_file, at, target.Length, offset);
    }

    protected int WriteStored(ReadOnlySpan<byte> source, long offset)
    {
        fixed (byte* at = source) return _methods->Write(_file, at, source.Length, offset);
    }

    private static Tail* TailOf(SqliteFile* file) => (Tail*)((byte*)file + TailAt);

    private static OpenFile Existing(SqliteFile* file) => (OpenFile)GCHandle.FromIntPtr(TailOf(file)->Owner).Target!;

    private static bool IsReplaced(FileMethods* methods)
    {
        lock (Making) return Replaced.ContainsValue((nint)methods);
    }

    /// <summary>The methods of the default VFS with ours in them: one table for each table of SQLite, never freed.</summary>
    private static nint ReplacementOf(nint methods)
    {
        lock (Making)
        {
            if (Replaced.TryGetValue(methods, out var made)) return made;
            var table = (FileMethods*)NativeMemory.Alloc((nuint)sizeof(FileMethods));
            *table = *(FileMethods*)methods;
            // Version 2 has shared memory (WAL) and no memory mapping, which would show SQLite the stored bytes.
            table->Version = Math.Min(table->Version, 2);
            table->Close = &OnClose;
            table->Read = &OnRead;
            table->Write = &OnWrite;
            return Replaced[methods] = (nint)table;
        }
    }

    // No exception may reach SQLite: it would end the process.
#pragma warning disable CA1031
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnRead(SqliteFile* file, byte* target, int count, long offset)
    {
        try
        {
            return Existing(file).Read(new(target, count), offset);
        }
        catch (Exception)
        {
            return SqliteCodes.ReadFailed;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnWrite(SqliteFile* file, byte* source, int count, long offset)
    {
        try
        {
            return Existing(file).Write(new(source, count), offset);
        }
        catch (Exception)
        {
            return SqliteCodes.WriteFailed;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnClose(SqliteFile* file)
    {
        try
        {
            var tail = TailOf(file);
            var handle = GCHandle.FromIntPtr(tail->Owner);
            var owner = (OpenFile)handle.Target!;
            handle.Free();
            owner.Release();
            file->Methods = owner._methods;
            return owner._methods->Close(file);
        }
        catch (Exception)
        {
            return SqliteCodes.InputOutput;
        }
    }
#pragma warning restore CA1031

    [StructLayout(LayoutKind.Sequential)]
    private struct Tail
    {
        public nint Owner;
    }
}
