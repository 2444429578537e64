using System.Globalization;
using AuthServer.Configuration;
using AuthServer.Data.Connection;
using AuthServer.Data.Encryption;
using AuthServer.Doctor;

namespace AuthServer.Hosting.Probes;

/// <summary>The room on the disk of the data directory.</summary>
public sealed class DiskCheck(DataDirectory data, DatabaseOptions database) : ICheck
{
    private const long Mebibyte = 1024 * 1024;

    // The log of the database grows to some megabytes beside it; below this, writes fail within hours.
    private const long Least = 100 * Mebibyte, Comfortable = 1024 * Mebibyte;

    public string Name => "Disk";

    public IAsyncEnumerable<Finding> RunAsync(CancellationToken cancellationToken) => Look().ToAsyncEnumerable();

    private IEnumerable<Finding> Look()
    {
        if (!data.Exists)
        {
            yield return Finding.Skipped(database.IsEmbedded ? $"{data.Path} is not there yet" : "no data directory is used");
            yield break;
        }
        var file = new FileInfo(data.FileAt(EmbeddedFile.FileName));
        yield return Judge(data.Path, new DriveInfo(data.Path).AvailableFreeSpace, database.IsEmbedded && file.Exists ? file.Length : 0);
    }

    /// <param name="size">Of the database file, which is written a second time when it is encrypted anew.</param>
    internal static Finding Judge(string path, long free, long size)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{free / Mebibyte} MiB are free at {path}");
        const string Cure = "make room, or move the directory to a larger disk";
        return free < Least ? Finding.Wrong(text, Cure)
            : free < size ? Finding.Warning($"{text}, and a second copy of the database needs {size / Mebibyte}", Cure)
            : free < Comfortable ? Finding.Warning(text, Cure)
            : Finding.Ok(text);
    }
}
