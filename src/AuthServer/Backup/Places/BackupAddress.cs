namespace AuthServer.Backup.Places;

/// <summary>A place as an operator writes it, with the name of a backup where one is named.</summary>
public sealed record BackupAddress(IBackupPlace Place, string? Name)
{
    /// <param name="text">A place (<see cref="BackupPlaces.Open"/>), or a file in one, which ends as backups do.</param>
    public static BackupAddress Parse(string text)
    {
        if (!text.EndsWith(BackupName.Suffix, StringComparison.Ordinal)) return new(BackupPlaces.Open(text), Name: null);
        if (S3Address.IsNamedBy(text))
        {
            var at = text.LastIndexOf('/');
            return new(BackupPlaces.Open(text[..at]), text[(at + 1)..]);
        }

        var folder = Path.GetDirectoryName(text);
        return new(BackupPlaces.Open(string.IsNullOrEmpty(folder) ? "." : folder), Path.GetFileName(text));
    }
}
