using AuthServer.Configuration;
using AuthServer.Doctor;
using AuthServer.Hosting.Configuring;

namespace AuthServer.Hosting.Probes;

/// <summary>Who may look into the data directory.</summary>
public sealed class FilesCheck(DataDirectory data) : ICheck
{
    private const UnixFileMode NotTheOwner = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    public string Name => "Files";

    public IAsyncEnumerable<Finding> RunAsync(CancellationToken cancellationToken) => Look().ToAsyncEnumerable();

    private IEnumerable<Finding> Look()
    {
        // Access is kept in lists on Windows, not in modes.
        if (OperatingSystem.IsWindows() || !data.Exists)
        {
            yield return Finding.Skipped(data.Exists ? "Windows keeps access in lists" : $"{data.Path} is not there");
            yield break;
        }
        var isClosed = (File.GetUnixFileMode(data.Path) & NotTheOwner) == 0;
        if (isClosed) yield return Finding.Ok($"{data.Path} is closed to all but its owner");
        else yield return Finding.Wrong($"{data.Path} is open to other users of this machine", $"chmod 700 {data.Path}");
        foreach (var path in Directory.EnumerateFiles(data.Path).Where(IsSecret).Order(StringComparer.Ordinal))
        {
            if ((File.GetUnixFileMode(path) & NotTheOwner) == 0) continue;
            var text = $"{path} may be read by others than its owner";
            // A closed directory keeps them out, until it is copied or mounted elsewhere.
            yield return isClosed ? Finding.Warning(text, $"chmod 600 {path}") : Finding.Wrong(text, $"chmod 600 {path}");
        }
    }

    private static bool IsSecret(string path) =>
        Path.GetFileName(path) == GeneratedSecrets.FileName || path.EndsWith(".key", StringComparison.Ordinal);
}
