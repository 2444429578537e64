using AuthServer.Backup.Format;
using AuthServer.Data.Starting;

namespace AuthServer.Backup.Databases;

/// <summary>
/// Which migrations lead to the schema of a backup. Both databases have the same ones under other timestamps, and each has some of its own.
/// </summary>
internal static class SchemaPath
{
    /// <summary>A migration without its timestamp.</summary>
    public static string NameOf(string migration) => migration[(migration.IndexOf('_', StringComparison.Ordinal) + 1)..];

    /// <param name="schema">The names in the backup.</param>
    /// <param name="own">The migrations of the database that it goes into.</param>
    /// <returns>Those of <paramref name="own"/> after which the tables are those of the backup.</returns>
    public static IReadOnlyList<string> To(IReadOnlyList<string> schema, IReadOnlyList<string> own)
    {
        var (all, names) = (MigrationNames.Postgres.Concat(MigrationNames.Sqlite).Select(NameOf).ToHashSet(), schema.ToHashSet());
        var newer = schema.Where(name => !all.Contains(name)).ToList();
        if (newer.Count > 0)
        {
            throw new BackupRefusedException(
                BackupFault.NewerSchema,
                $"It is of a newer version of this server: this one does not know {string.Join(", ", newer)} in its schema.");
        }

        var path = own.Take(1 + own.ToList().FindLastIndex(migration => names.Contains(NameOf(migration)))).ToList();
        var shared = MigrationNames.Postgres.Select(NameOf).Intersect(MigrationNames.Sqlite.Select(NameOf)).ToHashSet();
        var missing = path.Select(NameOf).Where(name => shared.Contains(name) && !names.Contains(name)).ToList();
        if (path.Count == 0 || missing.Count > 0)
            throw new BackupRefusedException(BackupFault.BadContent, $"Its schema is none of this server: {string.Join(", ", schema)}.");
        return path;
    }
}
