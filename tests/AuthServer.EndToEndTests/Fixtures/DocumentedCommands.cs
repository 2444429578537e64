using System.Text.RegularExpressions;

namespace AuthServer.EndToEndTests.Fixtures;

/// <summary>The commands of a Markdown page as one script.</summary>
/// <remarks>
/// A block that begins with <c>```json clients.json</c> is the file of that name; the blocks that begin with <c>```sh test</c> are run, in
/// the order of
/// the page, in one shell. The example of a secret is replaced by one that is made for the run.
/// </remarks>
internal sealed partial class DocumentedCommands
{
    public const string ExampleOfASecret = "the output of: openssl rand -hex 32";

    private DocumentedCommands(string page, string script, IReadOnlyDictionary<string, string> files) =>
        (Page, Script, Files) = (page, script, files);

    /// <summary>Relative to the repository.</summary>
    public string Page { get; }

    public string Script { get; }

    public IReadOnlyDictionary<string, string> Files { get; }

    /// <summary>The pages that promise commands.</summary>
    public static IEnumerable<string> Pages() =>
        from path in Directory.EnumerateFiles(Program.Root, "*.md")
            .Concat(Directory.EnumerateFiles(Path.Combine(Program.Root, "docs"), "*.md", SearchOption.AllDirectories))
        where Read(path).Script.Length > 0
        orderby path
        select Path.GetRelativePath(Program.Root, path);

    public static DocumentedCommands Of(string page) => Read(Path.Combine(Program.Root, page));

    private static DocumentedCommands Read(string path)
    {
        var (script, files) = (new List<string>(), new Dictionary<string, string>());
        foreach (Match block in Block().Matches(File.ReadAllText(path)))
        {
            var (language, more, text) = (block.Groups[1].Value, block.Groups[2].Value, block.Groups[3].Value);
            if (language == "sh" && more == "test") script.Add(text);
            else if (more.Contains('.', StringComparison.Ordinal)) files[more] = text;
        }
        return new(path, string.Join('\n', script), files);
    }

    [GeneratedRegex("^```([a-z]+) ([^\n]+)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
