using System.Runtime.InteropServices;

namespace AuthServer.Hosting.Configuring;

/// <summary>Keeps the memory of this process, which has secrets in clear, out of files and from other processes of its user.</summary>
public static class ProcessMemory
{
    private const int SetDumpable = 4, CoreSize = 4;

    /// <summary>In Development people want to debug.</summary>
    public static bool IsProtected(ServerOptions options, IHostEnvironment environment) =>
        !options.CoreDumps && !environment.IsDevelopment();

    /// <summary>No core dump is written, and no debugger of the same user attaches. On Linux; elsewhere nothing happens.</summary>
    /// <remarks>Both are asked for: a program that takes core dumps from a pipe (core_pattern) does not see the limit.</remarks>
    public static void Protect()
    {
        if (!OperatingSystem.IsLinux()) return;
        var none = default(Limit);
        _ = setrlimit(CoreSize, ref none);
        _ = prctl(SetDumpable, 0, 0, 0, 0);
    }

#pragma warning disable IDE1006 // The names of libc.
    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int prctl(int option, nuint second, nuint third, nuint fourth, nuint fifth);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int setrlimit(int resource, ref Limit limit);
#pragma warning restore IDE1006

    // rlim_t is an unsigned long.
    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public nuint Current;
        public nuint Maximum;
    }
}
