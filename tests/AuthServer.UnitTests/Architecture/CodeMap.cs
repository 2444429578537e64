using System.Text.RegularExpressions;

namespace AuthServer.UnitTests.Architecture;

/// <summary>src/AuthServer/README.md: its sections, the routes of its first column and the files that it names.</summary>
public static partial class CodeMap
{
    private static readonly string Server = Path.Combine(Sources.Root, "src", "AuthServer");
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Server, "README.md"));

    /// <summary>The lines below a heading, such as "Route -> file".</summary>
    public static IEnumerable<string> Section(string heading) =>
        Lines.SkipWhile(line => line != "## " + heading).Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal));

    /// <summary>The routes of the first column, such as "GET /signin"; a path without a method has those of the path before it.</summary>
    public static IEnumerable<string> Routes(string heading)
    {
        foreach (var row in Section(heading))
        {
            var methods = Array.Empty<string>();
            foreach (var text in Quoted(row.Split('|').ElementAtOrDefault(1) ?? ""))
            {
                var words = text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
                if (words.Length > 1) methods = words[..^1];
                if (words[^1].StartsWith('/')) foreach (var method in methods) yield return $"{method} {words[^1]}";
            }
        }
    }

    /// <summary>Every file and folder that a section names, relative to the repository; those that do not exist are marked.</summary>
    public static IReadOnlyList<string> Files(string heading) => [.. Section(heading).SelectMany(FilesOfRow)];

    public static IEnumerable<string> Missing() =>
        from line in Lines from file in FilesOfRow(line) where file.EndsWith(" (missing)", StringComparison.Ordinal) select file;

    private static IEnumerable<string> FilesOfRow(string row)
    {
        var last = Server;
        foreach (var name in Quoted(row).Where(IsPath))
        {
            var found = new[] { Server, Path.Combine(Sources.Root, "src"), Sources.Root, last }
                .SelectMany(folder => new[] { name, name + ".cs" }.Select(file => Matches(folder, file))).FirstOrDefault(m => m.Count > 0);
            if (found is null) yield return name + " (missing)";
            else
            {
                last = Path.GetDirectoryName(found[0].TrimEnd('/'))!;
                foreach (var path in found) yield return Path.GetRelativePath(Sources.Root, path).Replace('\\', '/');
            }
        }
    }

    private static List<string> Matches(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        if (name.EndsWith('/')) return Directory.Exists(path) ? [path] : [];
        var parent = Path.GetDirectoryName(path)!;
        return Directory.Exists(parent) ? [.. Directory.EnumerateFiles(parent, Path.GetFileName(path))] : [];
    }

    /// <summary>A walk names files without their extension; other words in code marks are keys, types and commands.</summary>
    private static bool IsPath(string text) =>
        !text.Contains(' ', StringComparison.Ordinal) && !text.StartsWith('/')





















                                                                                            && (text.EndsWith(
                                                                                                ".cs",
                                                                                                StringComparison.Ordinal) || text.EndsWith(
                                                                                                    ".md", StringComparison.Ordinal)
                                                                                                        || FolderAndName().IsMatch(text));

    private static IEnumerable<string> Quoted(string text) => CodeMarks().Matches(text).Select(match => match.Groups[1].Value);

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodeMarks();

    [GeneratedRegex(@"^[A-Z][\w.]*/")]
    private static partial Regex FolderAndName();
}
