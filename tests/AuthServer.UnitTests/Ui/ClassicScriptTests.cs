using System.Text.RegularExpressions;
using AuthServer.UnitTests.Architecture;

namespace AuthServer.UnitTests.Ui;

/// <summary>
/// Pages between a client and a person work in browsers that know no modules and no script of this decade, such as those of test suites.
/// </summary>
public sealed partial class ClassicScriptTests
{
    private static readonly string Ui = Path.Combine(Sources.Root, "src", "AuthServer.Ui");

    [Fact]
    public void No_page_loads_a_module()
    {
        var pages = Directory.EnumerateFiles(Ui, "*.razor", SearchOption.AllDirectories).ToList();
        Assert.True(pages.Count > 50);
        Assert.DoesNotContain(pages, page => Module().IsMatch(File.ReadAllText(page)));
    }

    /// <summary>What goes on by itself, and what apps frame.</summary>
    [Theory]
    [InlineData("form-post.js")]
    [InlineData("continue.js")]
    [InlineData("signed-out.js")]
    [InlineData("check-session.js")]
    public void A_script_that_a_protocol_needs_is_of_ECMAScript_5(string file)
    {
        var lines = File.ReadLines(Path.Combine(Ui, "wwwroot", file));
        var code = string.Join('\n', lines.Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)));
        Assert.Empty(Newer().Matches(code).Select(match => match.Value));
    }

    [Theory]
    [InlineData("const a = 1;")]
    [InlineData("each(a => a)")]
    [InlineData("`text`")]
    [InlineData("import x from 'y'")]
    [InlineData("a?.b")]
    public void Newer_script_is_found(string code) => Assert.Matches(Newer(), code);

    [GeneratedRegex("type=.?module")]
    private static partial Regex Module();

    [GeneratedRegex(@"=>|`|\b(?:const|let|class|import|export|async|await)\b|\?\.\w|\?\?|\.\.\.|\*\*")]
    private static partial Regex Newer();
}
