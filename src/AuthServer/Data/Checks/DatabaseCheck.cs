using System.Data.Common;
using System.Globalization;
using System.Runtime.CompilerServices;
using AuthServer.Configuration;
using AuthServer.Data.Connection;
using AuthServer.Data.Sql;
using AuthServer.Doctor;
using Npgsql;

namespace AuthServer.Data.Checks;

/// <summary>Whether the database answers, in which version, with which schema, and what its clock says.</summary>
public sealed class DatabaseCheck(
    DatabaseOptions options, DataDirectory directory, TimeProvider time, DatabaseReach? reach = null) : ICheck
{
    // gen_random_uuid() is in the schema, and a function of the server since then.
    private const int OldestVersion = 13;

    // PostgreSQL itself mends no older one (14 ended on 2026-11-12), and the tests of this server run on this one.
    private const int OldestMended = 15;

    // Replicas compare times that another one wrote; a key is published this long before it signs (KeyLife.Announcement).
    private static readonly TimeSpan SkewOfConcern = TimeSpan.FromSeconds(2), SkewThatBreaks = TimeSpan.FromSeconds(15);

    public string Name => "Database";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (reach is null)
        {
            yield return Finding.Skipped(DatabaseReach.Absent);
            yield break;
        }
        if (await reach.FaultAsync() is { } fault)
        {
            yield return fault;
            yield break;
        }
        var (pending, unknown) = await reach.MigrationsAsync();
        if (options.Postgres is { } postgres)
        {
            await foreach (var finding in OfPostgresAsync(postgres, reach.Sql, cancellationToken)) yield return finding;
        }
        else yield return Finding.Ok(options.Describe(directory));
        yield return Schema(pending, unknown, options);
    }

    internal static Finding Schema(IReadOnlyList<string> pending, IReadOnlyList<string> unknown, DatabaseOptions options) =>
        pending.Count > 0 ? options.IsEmbedded || options.Migrate
            ? Finding.Warning($"the schema lacks {string.Join(", ", pending)}", "the next start of the server applies them")
            : Finding.Wrong($"the schema lacks {string.Join(", ", pending)}", "back the database up and run AuthServer migrate")
        : unknown.Count > 0
            ? Finding.Warning($"the schema has {string.Join(", ", unknown)}, which this version does not know",
                "a newer version has been here: run doctor, and servers, of that version")
        : Finding.Ok("the schema is that of this version");

    /// <param name="version">As server_version_num says it: 150018 for 15.18.</param>
    internal static Finding Version(int version, string described)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{described}, version {version / 10000}.{version % 10000}");
        return (version / 10000) switch
        {
            < OldestVersion => Finding.Wrong(text, $"upgrade PostgreSQL: this server needs {OldestVersion} or newer"),
            < OldestMended => Finding.Warning(text, $"upgrade PostgreSQL: its own maintainers mend nothing older than {OldestMended}"),
            _ => Finding.Ok(text),
        };
    }

    internal static Finding? Connections(int taken, int wanted) => taken >= wanted ? null : Finding.Warning(
        $"it takes {taken} connections, and one server may open {wanted}",
        "raise max_connections there, or lower DATABASE_POOL_SIZE and DATABASE_MAX_OVERFLOW");

    internal static Finding Skew(TimeSpan skew)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture, $"its clock differs from that of this machine by {skew.Duration().TotalSeconds:0.0} s");
        const string Cure = "let both machines follow a time server (chrony, systemd-timesyncd)";
        return skew.Duration() > SkewThatBreaks ? Finding.Wrong(text, Cure)
            : skew.Duration() > SkewOfConcern ? Finding.Warning(text, Cure)
            : Finding.Ok(text);
    }

    private async IAsyncEnumerable<Finding> OfPostgresAsync(
        NpgsqlConnectionStringBuilder postgres, SqlRunner sql, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow();
        var state = (await sql.FirstAsync(
            """
            SELECT current_setting('server_version_num')::int, clock_timestamp() AT TIME ZONE 'UTC',
              current_setting('transaction_read_only') = 'on', current_setting('max_connections')::int
            """, SqlValues.None, Read, cancellationToken))!;
        var after = time.GetUtcNow();
        yield return Version(state.Version, options.Describe(directory));
        if (state.IsReadOnly)
        {
            yield return Finding.Wrong(
                "it takes no writes: a standby, or a read-only primary", "point DATABASE_URL at a primary that does");
        }
        if (Connections(state.Connections, postgres.MaxPoolSize + DatabaseOptions.BesidePool) is { } few) yield return few;
        // As if it had been read in the middle of the round trip.
        yield return Skew(state.Clock - (before + (after - before) / 2).UtcDateTime);
    }

    private static PostgresState Read(DbDataReader row) => new(row.GetInt32(0), row.Time(1), row.GetBoolean(2), row.GetInt32(3));

    private sealed record PostgresState(int Version, DateTime Clock, bool IsReadOnly, int Connections);
}
