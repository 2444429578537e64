using System.Globalization;

namespace AuthServer.LoadTests.Machine;

/// <summary>What the kernel counts for a process.</summary>
internal static class ProcessFigures
{
    // USER_HZ is 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>User and system time of all its threads so far (/proc/PID/stat, fields 14 and 15).</summary>
    public static TimeSpan Cpu(int id) => Time(Stat(id)[11..13]);

    /// <summary>The same of a process, its children, and the children that have ended (fields 16 and 17).</summary>
    public static TimeSpan FamilyCpu(int id)
    {
        var sum = Time(Stat(id)[11..15]);
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var child)) continue;
            try
            {
                var fields = Stat(child);
                if (fields[1] == id.ToString(CultureInfo.InvariantCulture)) sum += Time(fields[11..13]);
            }
            catch (IOException)
            {
                // It has ended: its time is the parent's by now.
            }
        }
        return sum;
    }

    /// <summary>Resident memory in MB.</summary>
    public static double ResidentMegabytes(int id) => Status(id, "VmRSS:") / 1024.0;

    public static long Threads(int id) => Status(id, "Threads:");

    private static TimeSpan Time(string[] fields) =>
        TimeSpan.FromSeconds(fields.Sum(f => long.Parse(f, CultureInfo.InvariantCulture)) / TicksPerSecond);

    /// <returns>From the third field on.</returns>
    private static string[] Stat(int id)
    {
        var stat = File.ReadAllText($"/proc/{id}/stat");
        // The name in parentheses may hold spaces.
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
    }

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
