using System.Globalization;

namespace AuthServer.LoadTests.Machine;

/// <summary>What the kernel counts for a process.</summary>
internal static class ProcessFigures
{
    // USER_HZ is 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>User and system time of all its threads so far (/proc/PID/stat, fields 14 and 15).</summary>
    public static TimeSpan Cpu(int id)
    {
        var stat = File.ReadAllText($"/proc/{id}/stat");
        // The name in parentheses may hold spaces.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture);
        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }

    /// <summary>Resident memory in MB.</summary>
    public static double ResidentMegabytes(int id) => Status(id, "VmRSS:") / 1024.0;

    public static long Threads(int id) => Status(id, "Threads:");

    private static long Status(int id, string name)
    {
        foreach (var line in File.ReadLines($"/proc/{id}/status"))
        {
            if (line.StartsWith(name, StringComparison.Ordinal))
            {
                return long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
            }
        }
        return 0;
    }
}
