using System.Reflection;
using AuthServer.Configuration;
using AuthServer.Ui;

namespace AuthServer.UnitTests.Architecture;

/// <summary>An address that stands in two places is changed in one of them.</summary>
public sealed class PathTests
{
    public static TheoryData<string> Paths =>
    [
        .. new[] { typeof(ProtocolPaths), typeof(ApiPaths), typeof(PagePaths), typeof(ProbePaths) }.SelectMany(
            t => t.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!),
    ];

    [Theory]
    [MemberData(nameof(Paths))]
    public void No_address_is_written_beside_its_constant(string path)
    {
        var files = new[] { "AuthServer", "AuthServer.Ui" }
            .SelectMany(project => Directory.EnumerateFiles(Path.Combine(Sources.Root, "src", project), "*.*", SearchOption.AllDirectories))
            .Where(f => f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".razor", StringComparison.Ordinal))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal)
                && !f.EndsWith("Paths.cs", StringComparison.Ordinal)
                // Samples show addresses as people see them.
                && !f.Contains("/Gallery/", StringComparison.Ordinal));
        // Alone, before more of an address, and behind an interpolated issuer.
        var strings = new[]
        {
            $"\"{path}\"", $"\"{path}/", $"\"{path}?", $"}}{path}\"", $"}}{path}?", $"}}{path}/", $"\"{path[1..]}\"",
        };
        // "keys", "token" and the like are words as well; a path with one part is looked for with its slash alone. Other servers have
        // paths below /v1 too.
        var wanted = path.LastIndexOf('/') == 0 ? strings[..5] : strings;
        Assert.Equal([], files.Where(f => wanted.Any(File.ReadAllText(f).Contains)).Select(f => Path.GetRelativePath(Sources.Root, f)));
    }
}
