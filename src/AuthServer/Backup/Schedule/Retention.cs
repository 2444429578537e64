using System.Globalization;
using AuthServer.Backup.Places;
using AuthServer.Configuration;

namespace AuthServer.Backup.Schedule;

/// <summary>Which backups stay: so many of the newest ones, and all that are younger than an age. What either rule keeps stays.</summary>
/// <param name="Count">Null: no number keeps a backup.</param>
/// <param name="Age">Null: no age keeps a backup.</param>
public sealed record Retention(int? Count, TimeSpan? Age)
{
    public const string Form = "a number of backups, an age, or both, such as 14, 30d or \"14 30d\"";

    /// <returns>Null: the text is neither a number nor an age.</returns>
    public static Retention? Parse(string text)
    {
        var kept = new Retention(null, null);
        foreach (var word in text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (kept.Count is null && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0)
                kept = kept with { Count = count };
            else if (kept.Age is null && SettingText.Duration(word) is { } age && age > TimeSpan.Zero) kept = kept with { Age = age };
            else return null;
        }

        return kept is (null, null) ? null : kept;
    }

    /// <summary>The backups that no rule keeps, the newest first.</summary>
    /// <remarks>One of the future stays and does not count: it would take the place of those that are being made.</remarks>
    /// <param name="backups">All of the place.</param>
    /// <param name="proven">The newest one that a restore drill has proven: it stays, and so does the newest of all.</param>
    public IReadOnlyList<StoredBackup> Outdated(IReadOnlyList<StoredBackup> backups, string? proven, DateTime now) =>
        [.. backups.Where(b => !b.IsOfFuture(now)).OrderByDescending(b => b.Name, StringComparer.Ordinal).Skip(Math.Max(1, Count ?? 0))
            .Where(b => b.Name != proven && (Age is null || now - b.CreatedAt > Age))];
}
