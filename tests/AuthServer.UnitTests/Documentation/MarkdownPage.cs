using System.Text.RegularExpressions;
using AuthServer.UnitTests.Architecture;

namespace AuthServer.UnitTests.Documentation;

/// <summary>A Markdown file of the repository: its links, and the anchors of its headings as a forge makes them.</summary>
public sealed partial class MarkdownPage
{
    private static readonly string[] NotOurs = ["bin", "obj", "node_modules", "artifacts", "data", ".git"];

    private MarkdownPage(string path, string text)
    {
        Path = path;
        var prose = Fence().Replace(text, "");
        Anchors = AnchorsOf(prose).ToHashSet();
        Links = [.. Link().Matches(CodeMarks().Replace(prose, "")).Select(match => match.Groups[1].Value)];
    }

    /// <summary>Relative to the repository, with slashes.</summary>
    public string Path { get; }

    public IReadOnlySet<string> Anchors { get; }

    public IReadOnlyList<string> Links { get; }

    public static IReadOnlyList<MarkdownPage> All { get; } =
    [
        .. from file in Files(new DirectoryInfo(Sources.Root))
           let path = System.IO.Path.GetRelativePath(Sources.Root, file.FullName).Replace('\\', '/')
           orderby path
           select new MarkdownPage(path, File.ReadAllText(file.FullName)),
    ];

    public static MarkdownPage Of(string path, string text) => new(path, text);

    private static IEnumerable<FileInfo> Files(DirectoryInfo folder) =>
        folder.EnumerateFiles("*.md").Concat(folder.EnumerateDirectories().Where(sub => !NotOurs.Contains(sub.Name)).SelectMany(Files));

    /// <summary>Lower case, without punctuation, hyphens for spaces; a heading that repeats gets a number.</summary>
    private static IEnumerable<string> AnchorsOf(string prose)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (Match heading in Heading().Matches(prose))
        {
            var text = LinkText().Replace(heading.Groups[1].Value.Trim(), "$1");
            var anchor = string.Concat(text.Where(c => char.IsLetterOrDigit(c)
                || c is ' ' or '-' or '_').Select(char.ToLowerInvariant)).Replace(' ', '-');
            seen[anchor] = seen.TryGetValue(anchor, out var count) ? count + 1 : 0;
            yield return count == 0 && seen[anchor] == 0 ? anchor : $"{anchor}-{seen[anchor]}";
        }
    }

    [GeneratedRegex(@"^[ ]*```.*?^[ ]*```[ ]*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex CodeMarks();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex(@"^#{1,6} (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
