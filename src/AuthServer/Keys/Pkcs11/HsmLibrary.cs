using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace AuthServer.Keys.Pkcs11;

/// <summary>The PKCS#11 library of an HSM: one for the process, however many keys are in it (PKCS#11 2.40 section 5.4).</summary>
[SuppressMessage("Design", "CA1001", Justification = "It lives as long as the process.")]
internal sealed class HsmLibrary
{
    // Libraries that lost their token answer with errors until they are started again; not with every request.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly ConcurrentDictionary<string, HsmLibrary> All = new(StringComparer.Ordinal);

    private readonly string _path;
    // C_Finalize while another call runs has no defined outcome.
    private readonly ReaderWriterLockSlim _calls = new();
    private readonly Lock _loading = new();
    private IPkcs11Library? _library;
    private IntPtr _kept;
    private long? _restartedAt;

    private HsmLibrary(string path) => _path = path;

    // Pkcs11Interop asks for libdl.so, which is a link of the development packages alone. Its functions are in every process.
    static HsmLibrary() => NativeLibrary.SetDllImportResolver(
        typeof(Pkcs11InteropFactories).Assembly,
        static (name, _, _) => name == "libdl" && OperatingSystem.IsLinux() ? NativeLibrary.GetMainProgramHandle() : IntPtr.Zero);

    public static Pkcs11InteropFactories Factories { get; } = new();

    /// <summary>How often it was started again. Sessions of before are gone, and their handles may be another's now.</summary>
    public int Generation { get; private set; }

    /// <summary>Also of sessions of before: a token counts the wrong ones itself.</summary>
    public RefusedPins Pins { get; } = new();

    public static HsmLibrary At(string path) => All.GetOrAdd(path, static p => new(p));

    /// <summary>Any number of calls at once, and none while it is started again.</summary>
    public T Call<T>(Func<IPkcs11Library, T> call)
    {
        _calls.EnterReadLock();
        try
        {
            return call(Loaded());
        }
        finally
        {
            _calls.ExitReadLock();
        }
    }

    /// <summary>Ends it (C_Finalize), so that the next call begins anew.</summary>
    /// <param name="generation">The one that failed: of many threads the first one starts it again.</param>
    /// <returns>False while a call hangs in it, and shortly after another start.</returns>
    public bool Restart(int generation)
    {
        if (!_calls.TryEnterWriteLock(Pause)) return false;
        try
        {
            if (Generation != generation) return true;
            if (_restartedAt is { } at && TimeProvider.System.GetElapsedTime(at) < Pause) return false;
            _restartedAt = TimeProvider.System.GetTimestamp();
            Generation++;
            var former = _library;
            _library = null;
            former?.Dispose();
            return true;
        }
        catch (Pkcs11Exception)
        {
            // It does not know of its start any more.
            return true;
        }
        finally
        {
            _calls.ExitWriteLock();
        }
    }

    private IPkcs11Library Loaded()
    {
        if (Volatile.Read(ref _library) is { } present) return present;
        lock (_loading)
        {
            if (_library is not null) return _library;
            var loaded = Factories.Pkcs11LibraryFactory.LoadPkcs11Library(Factories, _path, AppType.MultiThreaded);
            // Never out of memory again: what it has registered with others (at exit, with OpenSSL) would point to nothing.
            if (_kept == IntPtr.Zero) _kept = NativeLibrary.Load(_path);
            return _library = loaded;
        }
    }
}
