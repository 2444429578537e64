using System.Globalization;

namespace AuthServer.Backup.Places;

/// <summary>The names of backups: sorted by name they are sorted by time, and no two are equal.</summary>
public static class BackupName
{
    public const string Suffix = ".apbackup";
    private const string Prefix = "authplatform-";
    private const string Time = "yyyyMMdd'T'HHmmss'Z'";
    private const int TimeLength = 16;

    /// <param name="createdAt">UTC.</param>
    /// <param name="id">The file id of the backup.</param>
    public static string Of(DateTime createdAt, Guid id) =>
        $"{Prefix}{createdAt.ToString(Time, CultureInfo.InvariantCulture)}-{id.ToString("N")[^8..]}{Suffix}";

    /// <returns>Null: the file is not a backup that this server has named.</returns>
    public static DateTime? TimeOf(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal)
        && name.Length > Prefix.Length + TimeLength
        && DateTime.TryParseExact(name.AsSpan(Prefix.Length, TimeLength), Time, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
}
