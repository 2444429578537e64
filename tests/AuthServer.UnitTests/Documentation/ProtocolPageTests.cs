using System.Text.RegularExpressions;
using AuthServer.UnitTests.Architecture;

namespace AuthServer.UnitTests.Documentation;

/// <summary>docs/protocols.md names files and test classes that exist, and names both for each standard.</summary>
public sealed partial class ProtocolPageTests
{
    private static readonly string[] Roots = ["src/AuthServer", "src"];

    [Fact]
    public void Every_file_and_test_class_of_the_page_exists()
    {
        var rows = Rows(File.ReadAllText(Path.Combine(Sources.Root, "docs", "protocols.md")));
        Assert.True(rows.Count > 30, $"The page has {rows.Count} rows.");
        Assert.Equal([], rows.SelectMany(Faults));
    }

    [Theory]
    [InlineData("| x | whole | `Protocol/NoSuch.cs` | `LinkTests` |")]
    [InlineData("| x | whole | `Protocol/OpenIddictServer.cs` | `NoSuchTests` |")]
    [InlineData("| x | whole | `Protocol/OpenIddictServer.cs` | |")]
    [InlineData("| x | whole | | `LinkTests` |")]
    public void What_does_not_exist_is_found(string row) => Assert.NotEmpty(Rows(row).SelectMany(Faults));

    [Fact]
    public void No_standard_stands_twice()
    {
        Assert.Equal([], Doubled(Rows(File.ReadAllText(Path.Combine(Sources.Root, "docs", "protocols.md")))));
        Assert.Equal(["x"], Doubled(Rows("| x | whole | a | b |\n| y | whole | a | b |\n| x | in part | a | b |")));
    }

    private static IEnumerable<string> Doubled(IEnumerable<string[]> rows) =>
        rows.GroupBy(row => row[0]).Where(group => group.Count() > 1).Select(group => group.Key);

    private static List<string[]> Rows(string page) =>
    [
        .. page.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)
                && !line.StartsWith("| standard ", StringComparison.Ordinal))
            .Select(line => line.Trim('|', ' ', '\r').Split(" |")),
    ];

    private static IEnumerable<string> Faults(string[] row)
    {
        var (files, tests) = (Named(row.ElementAtOrDefault(2)), Named(row.ElementAtOrDefault(3)));
        if (files.Count == 0) yield return $"{row[0]}: no file";
        if (tests.Count == 0) yield return $"{row[0]}: no test";
        foreach (var file in files.Where(file => !Roots.Any(root => File.Exists(Path.Combine(Sources.Root, root, file)))))
        {
            yield return $"{row[0]}: there is no {file}";
        }

        foreach (var test in tests.Where(test => !TestClasses.Contains(test))) yield return $"{row[0]}: there is no test class {test}";
    }

    private static List<string> Named(string? cell) => [.. Marked().Matches(cell ?? "").Select(match => match.Groups[1].Value)];

    private static readonly HashSet<string> TestClasses =
    [
        .. Directory.EnumerateFiles(Path.Combine(Sources.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetFileNameWithoutExtension(file)),
    ];

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Marked();
}
