using System.Runtime.InteropServices;
using AuthServer.Hosting.Configuring;
using Microsoft.Extensions.Hosting.Internal;

namespace AuthServer.UnitTests.Hosting;

public sealed class ProcessMemoryTests
{
    private const int IsDumpable = 3, SetDumpable = 4;

    [Theory]
    [InlineData("Production", false, true)]
    [InlineData("Staging", false, true)]
    [InlineData("Production", true, false)]
    [InlineData("Development", false, false)]
    public void It_is_protected_where_nobody_debugs(string environment, bool coreDumps, bool isProtected) =>
        Assert.Equal(isProtected, ProcessMemory.IsProtected(
            new ServerOptions { CoreDumps = coreDumps }, new HostingEnvironment { EnvironmentName = environment }));

    [Fact]
    public void No_debugger_of_the_same_user_may_read_it()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            ProcessMemory.Protect();
            Assert.Equal(0, Control(IsDumpable, 0, 0, 0, 0));
            var limits = File.ReadLines("/proc/self/limits").Single(l => l.StartsWith("Max core file size", StringComparison.Ordinal));
            Assert.Equal(["0", "0"], limits.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4..6]);
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
