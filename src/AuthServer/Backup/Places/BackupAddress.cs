namespace AuthServer.Backup.Places;

/// <summary>A place as an operator writes it, with the name of a backup where one is named.</summary>
public sealed record BackupAddress(IBackupPlace Place, string? Name)
{
    /// <param name="text">A place (<see cref="BackupPlaces.Open"/>), or a file in one, which ends as backups do.</param>
    public static BackupAddress Parse(string text)
    {
        if (!text.EndsWith(BackupName.Suffix, StringComparison.Ordinal)) return new(BackupPlaces.Open(text), Name: null);
        var at = text.LastIndexOf('/');
        return new(BackupPlaces.Open(at > 0 ? text[..at] : at == 0 ? "/" : "."), text[(at + 1)..]);
    }
}
