using System.Text.RegularExpressions;

namespace AuthServer.UnitTests.Architecture;

/// <summary>A file of the repository that a person wrote.</summary>
/// <param name="Path">Relative to the repository, with slashes.</param>
public sealed record SourceFile(string Path, IReadOnlyList<string> Lines);

/// <summary>Finds the repository and reads its hand-written files.</summary>
public static partial class Sources
{
    public const int LineLimit = 300;
    public const int WidthLimit = 140;

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<SourceFile> All { get; } = [.. Read("src"), .. Read("tests")];

    public static IEnumerable<SourceFile> Under(string folder) =>
        All.Where(file => file.Path.StartsWith(folder + "/", StringComparison.Ordinal));

    public static IEnumerable<string> TooLong(IEnumerable<SourceFile> files) =>
        files.Where(file => file.Lines.Count > LineLimit)
            .Select(file => $"{file.Path} has {file.Lines.Count} lines, more than {LineLimit}");

    public static IEnumerable<string> TooWide(IEnumerable<SourceFile> files) =>
        from file in files
        from line in file.Lines.Select((text, index) => (text.Length, Number: index + 1))
        where line.Length > WidthLimit
        select $"{file.Path}({line.Number}) has {line.Length} characters, more than {WidthLimit}";

    /// <summary>Files whose namespace is not the one of their folder.</summary>
    public static IEnumerable<string> Misplaced(IEnumerable<SourceFile> files, string project) =>
        from file in files
        where file.Path.EndsWith(".cs", StringComparison.Ordinal)
        let ns = Namespace(file)
        let expected = project + string.Concat(Folders(file).Select(folder => "." + folder))
        where ns is not null && ns != expected
        select $"{file.Path} declares {ns} and lies in {expected}";

    /// <summary>The "using" lines of our own namespaces, as uses by the file's type: they also show the use of constants.</summary>
    public static IEnumerable<TypeUse> Usings(IEnumerable<SourceFile> files) =>
        from file in files
        let ns = Namespace(file)
        where ns is not null
        from line in file.Lines
        let match = OwnUsing().Match(line)
        where match.Success
        select new TypeUse(
            new CodeType(ns, System.IO.Path.GetFileNameWithoutExtension(file.Path)), new CodeType(match.Groups[1].Value, "*"));

    private static string[] Folders(SourceFile file) => file.Path.Split('/')[2..^1];

    private static string? Namespace(SourceFile file) =>
        file.Lines.Select(line => NamespaceLine().Match(line)).FirstOrDefault(match => match.Success)?.Groups[1].Value;

    private static IEnumerable<SourceFile> Read(string folder) =>
        from path in Directory.EnumerateFiles(System.IO.Path.Combine(Root, folder), "*.*", SearchOption.AllDirectories)
        where path.EndsWith(".cs", StringComparison.Ordinal) || path.EndsWith(".razor", StringComparison.Ordinal)
        let relative = System.IO.Path.GetRelativePath(Root, path).Replace('\\', '/')
        where !relative.Split('/').Any(part => part is "bin" or "obj" or "node_modules" or "Migrations" or "CompiledModels")
        orderby relative
        select new SourceFile(relative, File.ReadAllLines(path));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder.FullName, "AuthPlatform.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run inside the repository.");
        return folder.FullName;
    }

    [GeneratedRegex(@"^namespace\s+([\w.]+)\s*;")]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^using\s+(?:static\s+)?(?:\w+\s*=\s*)?(AuthServer\.[\w.]+)\s*;")]
    private static partial Regex OwnUsing();
}
