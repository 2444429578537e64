using System.Text.RegularExpressions;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Containers;

/// <summary>The instructions of a Dockerfile, and what they make of the image.</summary>
internal sealed partial class Dockerfile
{
    private Dockerfile(string text)
    {
        // A comment between continued lines is none of the instruction.
        var lines = string.Join('\n', text.Split('\n').Where(line => !line.TrimStart().StartsWith('#')));
        Instructions =
        [
            .. Continued().Replace(lines, " ").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(line => line.Split(' ', 2)).Select(parts => (parts[0].ToUpperInvariant(), parts[1].Trim())),
        ];
    }

    public IReadOnlyList<(string Name, string Text)> Instructions { get; }

    public static Dockerfile Server { get; } = Read("Dockerfile");

    public static Dockerfile ResourceApi { get; } = Read("Dockerfile.resource-api");

    /// <summary>The instructions of the image that is run: those after the last FROM.</summary>
    public IEnumerable<(string Name, string Text)> Final => Instructions.Reverse().TakeWhile(i => i.Name != "FROM").Reverse();

    public IEnumerable<string> All(string name) => Instructions.Where(i => i.Name == name).Select(i => i.Text);

    public string Single(string name) => Final.Single(i => i.Name == name).Text;

    public IReadOnlyDictionary<string, string> Environment =>
        Final.Where(i => i.Name == "ENV").SelectMany(i => Assignment().Matches(i.Text))
            .ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);

    public IReadOnlyDictionary<string, string> Arguments =>
        Instructions.Where(i => i.Name == "ARG").SelectMany(i => Assignment().Matches(i.Text))
            .DistinctBy(m => m.Groups[1].Value).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);

    private static Dockerfile Read(string name) => new(File.ReadAllText(Path.Combine(ServerProcess.Root, "docker", name)));

    [GeneratedRegex(@"\\\n")]
    private static partial Regex Continued();

    [GeneratedRegex(@"([A-Za-z0-9_]+)=(\S*)")]
    private static partial Regex Assignment();
}
