using System.Text.RegularExpressions;
using AuthServer.UnitTests.Architecture;

namespace AuthServer.UnitTests.Documentation;

/// <summary>docs/conformance.md names tests that exist, for each module of the conformance suite, and says what became of it.</summary>
public sealed partial class ConformancePageTests
{
    private static readonly string[] Results = ["passes", "skipped", "not supported", "review"];

    [Fact]
    public void Every_test_of_the_page_exists_and_every_module_has_one_and_a_result()
    {
        var rows = Rows(File.ReadAllText(Path.Combine(Sources.Root, "docs", "conformance.md")));
        Assert.True(rows.Count > 50, $"The page has {rows.Count} rows.");
        Assert.Equal([], rows.SelectMany(Faults));
    }

    [Theory]
    [InlineData("| `m` | x | `NoSuchTests.Anything` | passes |")]
    [InlineData("| `m` | x | `ConformancePageTests.No_such_test` | passes |")]
    [InlineData("| `m` | x | `ConformancePageTests.What_does_not_exist_is_found`, `No_such_test` | passes |")]
    [InlineData("| `m` | x | | passes |")]
    [InlineData("| `m` | x | `ConformancePageTests` | pending |")]
    public void What_does_not_exist_is_found(string row) => Assert.NotEmpty(Rows(row).SelectMany(Faults));

    [Fact]
    public void A_method_without_its_class_is_one_of_the_class_before() => Assert.Empty(
        Rows("| `m` | x | `ConformancePageTests.What_does_not_exist_is_found(row)`, "
            + "`A_method_without_its_class_is_one_of_the_class_before` | passes |").SelectMany(Faults));

    private static List<string[]> Rows(string page) =>
    [
        .. page.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)
                && !line.StartsWith("| module ", StringComparison.Ordinal))
            .Select(line => line.Trim().Trim('|').Split(" |"))
            // The page has tables about other things too.
            .Where(row => row.Length >= 4),
    ];

    private static IEnumerable<string> Faults(string[] row)
    {
        var module = row[0].Trim();
        if (!Results.Any(result => row[3].Trim().StartsWith(result, StringComparison.Ordinal))) yield return $"{module}: result {row[3]}";
        var named = Marked().Matches(row[2]).Select(match => match.Groups[1].Value).ToList();
        if (named.Count == 0) yield return $"{module}: no test";
        var of = "";
        foreach (var name in named.Select(name => name.Split('(')[0]))
        {
            var parts = name.Split('.');
            var isClass = parts[0].EndsWith("Tests", StringComparison.Ordinal);
            if (isClass) of = parts[0];
            if (!Classes.Contains(of)) yield return $"{module}: there is no test class {of}";
            var method = isClass ? parts.ElementAtOrDefault(1) : parts[0];
            if (method is not null && !Classes[of].Any(text => text.Contains($" {method}(", StringComparison.Ordinal)))
            {
                yield return $"{module}: {of} has no test {method}";
            }
        }
    }

    /// <summary>The texts of the files of a class: two projects may have classes of one name.</summary>
    private static readonly ILookup<string, string> Classes =
        Directory.EnumerateFiles(Path.Combine(Sources.Root, "tests"), "*Tests.cs", SearchOption.AllDirectories)
            .ToLookup(file => Path.GetFileNameWithoutExtension(file), File.ReadAllText);

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Marked();
}
