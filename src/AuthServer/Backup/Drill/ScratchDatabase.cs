using System.Security.Cryptography;
using AuthServer.Configuration;
using AuthServer.Data.Encryption;
using AuthServer.Data.Encryption.Pages;
using Microsoft.Data.Sqlite;

namespace AuthServer.Backup.Drill;

/// <summary>An embedded database for one drill, under a key that is in memory alone; disposing it deletes it.</summary>
public sealed class ScratchDatabase : IDisposable
{
    // Short, because a socket stands in it whose path may have some 100 characters.
    private const string Prefix = "ap-drill-";
    private const int RandomLength = 8;

    // One for the process: SQLite knows each key until the process ends.
    private static readonly Lazy<FileKeys> ThrowawayKeys = new(() => new(new FileKey(
        BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint))), RandomNumberGenerator.GetBytes(XaesGcm.KeySize))));

    private ScratchDatabase(DataDirectory directory) => (Directory, File) = (directory, new EmbeddedFile(directory, Keys));

    public DataDirectory Directory { get; }

    public EmbeddedFile File { get; }

    public FileKeys Keys { get; } = ThrowawayKeys.Value;

    /// <param name="parent">Where it is made; the remains of drills whose process was killed are deleted there.</param>
    public static ScratchDatabase Create(string parent)
    {
        new DataDirectory(parent).Create();
        foreach (var left in System.IO.Directory.EnumerateDirectories(parent, Prefix + "*").Where(IsOurs)) DeleteLeft(left);
        var directory = new DataDirectory(Path.Combine(parent, Prefix + RandomNumberGenerator.GetHexString(RandomLength, lowercase: true)));
        directory.Create();
        return new(directory);
    }

    public void Dispose()
    {
        // Its pool keeps the file open; other pools fill again by themselves.
        using (var connection = new SqliteConnection(File.ConnectionString)) SqliteConnection.ClearPool(connection);
        Delete(Directory.Path);
    }

    // BACKUP_SCRATCH may be a directory that has other things of the operator in it.
    private static bool IsOurs(string path)
    {
        var random = Path.GetFileName(path)[Prefix.Length..];
        return random.Length == RandomLength && random.All(char.IsAsciiHexDigitLower);
    }

    // Nobody can read it any more: its key was that of another process. One that is being used is younger.
    private static void DeleteLeft(string path)
    {
        var age = TimeProvider.System.GetUtcNow().UtcDateTime - System.IO.Directory.GetLastWriteTimeUtc(path);
        if (age > TimeSpan.FromDays(1)) Delete(path);
    }

    private static void Delete(string path)
    {
        try
        {
            System.IO.Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is encrypted, and the next drill tries again.
        }
    }
}
