using System.Diagnostics;
using System.Globalization;

namespace AuthServer.LoadTests.Machine;

/// <summary>Which core does what: core 0 belongs to the measured server, the last one to the generator and the databases.</summary>
internal static class Cores
{
    private const string Moved = "LOADTESTS_MOVED";

    public const string Server = "0";

    public static string Generator { get; } = Environment.GetEnvironmentVariable(Moved)
        ?? (Environment.ProcessorCount - 1).ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether this process still runs on all cores.</summary>
    public static bool MustMove => Environment.GetEnvironmentVariable(Moved) is null;

    /// <summary>Runs this program again on its core: an affinity set later would miss the threads that exist by then.</summary>
    public static async Task<int> MoveAsync(string[] args)
    {
        if (Environment.ProcessorCount < 2)
        {
            throw new CannotRunException("two cores are needed: one for the server, one for the generator and the database");
        }
        var start = new ProcessStartInfo("taskset", ["-c", Generator, Environment.ProcessPath!, .. Host(), .. args]);
        start.Environment[Moved] = Generator;
        // Continuations run on the thread that waits for sockets: half the generator's work is then not handing over.
        start.Environment["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1";
        using var process = Process.Start(start) ?? throw new CannotRunException("taskset did not start");
        // The terminal sends the signal to both; the child cleans up.
        Console.CancelKeyPress += (_, signal) => signal.Cancel = true;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    /// <summary>The program's own file, when it runs under the dotnet host.</summary>
    public static string[] Host() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(Cores).Assembly.Location] : [];
}
