using AuthServer.Configuration;
using AuthServer.UnitTests.Architecture;

namespace AuthServer.UnitTests.Documentation;

/// <summary>
/// The file VERSION is the only place of the version; the release workflow takes the notes from its section of the changelog.
/// </summary>
public sealed class VersionTests
{
    private static readonly string Version = Read("VERSION").Trim();

    [Fact]
    public void The_program_says_the_version_of_the_file() => Assert.Equal(Version, ProductVersion.Text);

    [Fact]
    public void The_changelog_has_a_section_for_the_version_below_what_is_not_released()
    {
        var headings = Read("CHANGELOG.md").Split('\n').Where(line => line.StartsWith("## [", StringComparison.Ordinal)).ToList();
        Assert.Equal("## [Unreleased]", headings[0]);
        Assert.Matches($@"^## \[{System.Text.RegularExpressions.Regex.Escape(Version)}\] - \d{{4}}-\d\d-\d\d$", headings[1]);
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(Sources.Root, file));
}
