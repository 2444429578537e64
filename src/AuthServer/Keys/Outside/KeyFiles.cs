using System.Security.Cryptography;
using AuthServer.Configuration;

namespace AuthServer.Keys.Outside;

/// <summary>Keys in files that hold one private key each, and in folders of such files.</summary>
public sealed partial class KeyFiles(OutsideKeyOptions options, ILogger<KeyFiles> log) : IKeySource
{
    private const UnixFileMode OfOthers = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private static readonly string[] Endings = [".pem", ".key", ".p12", ".pfx"];

    /// <summary>Every entry that no other source takes.</summary>
    public bool Takes(string entry) => true;

    // Of the contents, not of the times: a link that is turned to another file keeps its own.
    public string Digest(string entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            foreach (var path in PathsOf(entry))
            {
                hash.AppendData(System.Text.Encoding.UTF8.GetBytes(path + "\0"));
                hash.AppendData(SHA256.HashData(BytesOf(path)));
            }
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            return "";
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    public IEnumerable<OutsideKey> Read(string entry, SettingProblems problems)
    {
        try
        {
            var paths = PathsOf(entry);
            if (paths.Count == 0)
            {
                problems.Add(OutsideKeyOptions.ListKey, $"there is no key file in the folder {entry}",
                    $"put files there that end with {string.Join(", ", Endings)}");
            }

            return [.. paths.Select(path => Read(path, BytesOf(path), problems)).OfType<OutsideKey>()];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            problems.Add(OutsideKeyOptions.ListKey, $"there is no file {entry}", "name a file or a folder of files, by its whole path");
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            problems.Add(OutsideKeyOptions.ListKey, $"{entry} cannot be read", "let the server's user read it");
        }

        return [];
    }

    private OutsideKey? Read(string path, byte[] bytes, SettingProblems problems)
    {
        if (IsOpenToOthers(path)) LogOpen(log, path);
        try
        {
            return PrivateKeyForms.Read(bytes, options.Password, out var wrong) is { } key
                ? OutsideKey.Of(path, key, problems)
                : Refused(wrong);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }

        OutsideKey? Refused((string What, string Cure) wrong)
        {
            problems.Add(OutsideKeyOptions.ListKey, $"{path} {wrong.What}", wrong.Cure);
            return null;
        }
    }

    // Hidden files are left out: Kubernetes keeps former versions of a mounted secret in them.
    private static List<string> PathsOf(string entry) => !Directory.Exists(entry) ? [entry] :
    [
        .. Directory.EnumerateFiles(entry)
            .Where(path => Endings.Contains(Path.GetExtension(path)) && Path.GetFileName(path)[0] != '.')
            .OrderBy(Path.GetFileName, StringComparer.Ordinal),
    ];

    // Shared, because the program that replaces the key may write at this moment.
    private static byte[] BytesOf(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    // By the handle, which follows a link to the file itself. Access is kept in lists on Windows, not in modes.
    private static bool IsOpenToOthers(string path)
    {
        if (OperatingSystem.IsWindows()) return false;
        using var file = File.OpenHandle(path);
        return (File.GetUnixFileMode(file) & OfOthers) != 0;
    }

    private static bool IsUnreadable(Exception e) =>
        e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "SIGNING_KEYS: other users of this machine can read {Path}. Let the server's user alone do so: chmod 600 {Path}")]
    private static partial void LogOpen(ILogger logger, string path);
}
