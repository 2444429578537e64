namespace AuthServer.Backup.Places;

/// <summary>A place as an operator writes it, with the name of a backup where one is named.</summary>
public sealed record BackupAddress(IBackupPlace Place, string? Name)
{
    /// <param name="text">A directory, or a file that ends as backups do.</param>
    public static BackupAddress Parse(string text) => text.EndsWith(BackupName.Suffix, StringComparison.Ordinal)
        ? new(new DirectoryPlace(Path.GetDirectoryName(Path.GetFullPath(text))!), Path.GetFileName(text))
        : new(new DirectoryPlace(text), Name: null);
}
