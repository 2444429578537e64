using System.Runtime.InteropServices;

namespace AuthServer.LoadTests.Machine;

/// <summary>What was measured on.</summary>
internal static class Hardware
{
    public static async Task<IReadOnlyDictionary<string, string>> DescribeAsync()
    {
        var facts = new Dictionary<string, string>
        {
            ["processor"] = File.ReadLines("/proc/cpuinfo")
                .FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown",
            ["cores"] = File.ReadLines("/proc/cpuinfo").Count(l => l.StartsWith("processor", StringComparison.Ordinal))
                .ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["memory"] = File.ReadLines("/proc/meminfo").First().Split(':')[1].Trim(),
            ["system"] = RuntimeInformation.OSDescription,
            [".NET"] = Environment.Version.ToString(),
        };
        foreach (
            var (
                name, program, argument) in new[] { ("PostgreSQL", "postgres", "--version"), ("Node.js", "node", "--version"),
                    ("Redis", "redis-server", "--version"), ("commit", "git", "") })
        {
            try
            {
                facts[name] = (program == "git"
                    ? await Child.RunAsync(
                        Cores.Generator, "git", ["-C", Programs.Root, "describe", "--always", "--dirty"], TimeSpan.FromSeconds(10))
                    : await Child.RunAsync(Cores.Generator, program, [argument], TimeSpan.FromSeconds(10))).Trim();
            }
            catch (CannotRunException)
            {
                facts[name] = "not here";
            }
        }
        return facts;
    }
}
