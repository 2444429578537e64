using AuthServer.Backup.Rows;
using AuthServer.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;

namespace AuthServer.Backup.Databases;

/// <summary>What a backup holds: every table and column of the model, so that a new one is in it by itself.</summary>
public static class BackupTables
{
    /// <summary>Tables that migrations make outside of the model.</summary>
    private static readonly BackupTable[] Unmodelled =
    [
        new("seed_marks",
        [
            new("entry", ColumnType.Text), new("key_mark", ColumnType.Number), new("content", ColumnType.Text),
            new("secret", ColumnType.Text), new("applied_at", ColumnType.Time),
        ]),
    ];

    /// <summary>
    /// Tables of PostgreSQL that are in no backup: they hold when which replica runs a job, which each start plans anew. Parents come last.
    /// </summary>
    public static IReadOnlyList<string> OfJobs { get; } =
    [
        "qrtz_locks", "qrtz_scheduler_state", "qrtz_fired_triggers", "qrtz_paused_trigger_grps", "qrtz_calendars", "qrtz_blob_triggers",
        "qrtz_simprop_triggers", "qrtz_cron_triggers", "qrtz_simple_triggers", "qrtz_triggers", "qrtz_job_details",
    ];

    private static readonly Lazy<IReadOnlyList<BackupTable>> Tables = new(Read);

    /// <summary>In an order in which rows can be written: what others refer to comes first.</summary>
    public static IReadOnlyList<BackupTable> All => Tables.Value;

    /// <summary>A name in a statement, for both databases.</summary>
    public static string Quote(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    public static string Columns(BackupTable table) => string.Join(", ", table.Columns.Select(c => Quote(c.Name)));

    // The types of PostgreSQL tell apart what is text in SQLite. No database is opened.
    private static IReadOnlyList<BackupTable> Read()
    {
        using var context = new PostgresAuthDbContext(
            new DbContextOptionsBuilder<PostgresAuthDbContext>().UseNpgsql().UseSnakeCaseNamingConvention().Options);
        var left = context.Model.GetRelationalModel().Tables.OrderBy(t => t.Name, StringComparer.Ordinal).ToList();
        var ordered = new List<ITable>();
        while (left.Count > 0)
        {
            var next = left.Find(table => table.ForeignKeyConstraints.All(
                    key => key.PrincipalTable == table || ordered.Contains(key.PrincipalTable)))
                ?? throw new InvalidOperationException($"The tables {string.Join(", ", left.Select(t => t.Name))} refer to each other.");
            ordered.Add(next);
            left.Remove(next);
        }

        return
        [
            .. ordered.Select(table => new BackupTable(
                table.Name, [.. table.Columns.Select(column => new BackupColumn(column.Name, TypeOf(column.StoreType)))])),
            .. Unmodelled,
        ];
    }

    private static ColumnType TypeOf(string storeType) => storeType.Split('(')[0] switch
    {
        "text" or "character varying" => ColumnType.Text,
        "smallint" or "integer" or "bigint" => ColumnType.Number,
        "boolean" => ColumnType.Boolean,
        "timestamp without time zone" => ColumnType.Time,
        "uuid" => ColumnType.Uuid,
        "bytea" => ColumnType.Bytes,
        "jsonb" => ColumnType.Json,
        _ => throw new InvalidOperationException($"A backup does not know the type {storeType}."),
    };
}
