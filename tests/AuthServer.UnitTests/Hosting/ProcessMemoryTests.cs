using System.Runtime.InteropServices;
using AuthServer.Hosting.Configuring;

namespace AuthServer.UnitTests.Hosting;

public sealed class ProcessMemoryTests
{
    private const int IsDumpable = 3, SetDumpable = 4;

    [Fact]
    public void No_debugger_of_the_same_user_may_read_it()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            ProcessMemory.Protect();
            Assert.Equal(0, Control(IsDumpable, 0, 0, 0, 0));
        }
        finally
        {
            _ = Control(SetDumpable, 1, 0, 0, 0);
        }
    }

    [DllImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int option, nuint second, nuint third, nuint fourth, nuint fifth);
}
