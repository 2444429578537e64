using AuthServer.UnitTests.Architecture;

namespace AuthServer.UnitTests.Documentation;

/// <summary>Every relative link of the documents leads to a file, a folder or a heading that exists.</summary>
public sealed class LinkTests
{
    [Fact]
    public void Every_relative_link_and_anchor_resolves()
    {
        Assert.Contains(MarkdownPage.All, page => page.Path == "README.md");
        Assert.Equal([], MarkdownPage.All.SelectMany(page => page.Links.Select(link => Fault(page, link))).OfType<string>());
    }

    [Fact]
    public void Every_page_of_the_documents_can_be_reached_from_the_front_page()
    {
        var pages = MarkdownPage.All.ToDictionary(page => page.Path);
        var reached = new HashSet<string>();
        var next = new Queue<string>(["README.md"]);
        while (next.TryDequeue(out var path))
        {
            if (!reached.Add(path)) continue;
            foreach (var target in pages[path].Links.Select(link => Target(pages[path], link)))
            {
                if (target is null) continue;
                // The link to a folder shows the pages in it.
                foreach (var page in pages.Keys.Where(p => p == target || Path.GetDirectoryName(p) == target)) next.Enqueue(page);
            }
        }
        Assert.Equal([], pages.Keys.Where(path => path.StartsWith("docs/", StringComparison.Ordinal) && !reached.Contains(path)));
    }

    [Fact]
    public void Each_decision_has_a_number_of_its_own()
    {
        var numbers = MarkdownPage.All.Where(page => page.Path.StartsWith("docs/decisions/", StringComparison.Ordinal))
            .Select(page => Path.GetFileName(page.Path)[..4]).ToList();
        Assert.True(numbers.Count > 50);
        Assert.Equal(numbers.Distinct(), numbers);
    }

    [Theory]
    [InlineData("[x](NOWHERE.md)")]
    [InlineData("[x](README.md#no-such-heading)")]
    [InlineData("[x](#no-such-heading)")]
    [InlineData("![x](docs/images/no.png)")]
    public void A_link_that_leads_nowhere_is_found(string text)
    {
        var page = MarkdownPage.Of("SECURITY.md", text);
        Assert.NotNull(Fault(page, Assert.Single(page.Links)));
    }

    [Theory]
    [InlineData("# A heading, with `code` & signs\n[x](#a-heading-with-code--signs)")]
    [InlineData("## Twice\n## Twice\n[x](#twice-1)")]
    [InlineData("[x](docs/images/performance.svg)")]
    [InlineData("[x](docs/images/%70erformance.svg)")]
    [InlineData("[x](https://example.com/#anything)")]
    public void A_link_that_leads_somewhere_is_not(string text)
    {
        var page = MarkdownPage.Of("SECURITY.md", text);
        Assert.Null(Fault(page, Assert.Single(page.Links)));
    }

    [Fact]
    public void A_link_in_a_code_block_is_an_example() =>
        Assert.Empty(MarkdownPage.Of("SECURITY.md", "```md\n[x](nowhere)\n```\nand `[x](nowhere)`").Links);

    private static string? Fault(MarkdownPage page, string link)
    {
        if (Target(page, link) is not { } target) return null;
        if (!Path.Exists(Path.Combine(Sources.Root, target))) return $"{page.Path}: {link}: there is no such file";
        if (link.IndexOf('#', StringComparison.Ordinal) is not (>= 0 and var at)) return null;
        var anchors = target == page.Path ? page.Anchors : MarkdownPage.All.FirstOrDefault(other => other.Path == target)?.Anchors;
        return anchors?.Contains(link[(at + 1)..]) == false ? $"{page.Path}: {link}: there is no such heading" : null;
    }

    /// <summary>The file or folder of a relative link; null for an address elsewhere.</summary>
    private static string? Target(MarkdownPage page, string link)
    {
        if (link.Contains("://", StringComparison.Ordinal) || link.StartsWith("mailto:", StringComparison.Ordinal)) return null;
        var file = Uri.UnescapeDataString(link.Split('#')[0]);
        if (file.Length == 0) return page.Path;
        var full = Path.GetFullPath(Path.Combine(Sources.Root, Path.GetDirectoryName(page.Path)!, file));
        return Path.GetRelativePath(Sources.Root, full).Replace('\\', '/').TrimEnd('/');
    }
}
