using AuthServer.Data.Connection;
using AuthServer.Data.Sql;
using AuthServer.Data.Starting;

namespace AuthServer.Hosting.Probes;

/// <summary>Asks whether the database can serve requests, once a second at most however many ask: health has no rate limit.</summary>
public sealed partial class DatabaseProbe(
    ProbeConnection connection, DatabaseOptions options, TimeProvider time, ILogger<DatabaseProbe> log)
{
    // A row is asked for, not only a connection: a database without the schema is not ready.
    private const string EmbeddedSql = "SELECT '' FROM keys LIMIT 1";

    // A standby and a database whose rights were taken away answer reads: what the busiest requests write is asked about too.
    private const string PostgresSql =
        """
        SELECT CASE
          WHEN current_setting('transaction_read_only') = 'on' THEN 'it takes no writes; point DATABASE_URL at a primary that does'
          WHEN NOT (has_table_privilege('users', 'SELECT') AND has_table_privilege('users', 'UPDATE')
            AND has_table_privilege('user_sessions', 'SELECT') AND has_table_privilege('user_sessions', 'INSERT')
            AND has_table_privilege('user_sessions', 'UPDATE') AND has_table_privilege('user_sessions', 'DELETE')
            AND has_table_privilege('tokens', 'INSERT') AND has_table_privilege('tokens', 'UPDATE')
            AND has_table_privilege('audit_events', 'INSERT') AND has_table_privilege('clients', 'SELECT'))
          THEN 'the user of DATABASE_URL lacks rights; grant it SELECT, INSERT, UPDATE and DELETE on all tables of the server'
          ELSE '' END
        FROM keys LIMIT 1
        """;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    // An older backup may have been restored while this process ran.
    private static readonly DatabaseFinding Older = new(null, LacksMigrations: true);

    private readonly Lock _gate = new();
    private readonly string _sql = WithMigrations(options);
    private Task<DatabaseFinding>? _last;
    private long _asked;
    private string? _logged;

    public Task<DatabaseFinding> AskAsync()
    {
        lock (_gate)
        {
            if (_last is null || (_last.IsCompleted && time.GetElapsedTime(_asked) >= Fresh))
            {
                _asked = time.GetTimestamp();
                _last = LookAsync();
            }

            return _last;
        }
    }

    // The names are constants of this program.
    private static string WithMigrations(DatabaseOptions options)
    {
        var names = MigrationNames.Of(options);
        var list = string.Join(", ", names.Select(name => $"'{name}'"));
        var missing = $"(SELECT count(*) FROM \"__EFMigrationsHistory\" WHERE migration_id IN ({list})) < {names.Count}";
        return (options.IsEmbedded ? EmbeddedSql : PostgresSql).Replace("FROM keys", $", {missing} FROM keys", StringComparison.Ordinal);
    }

    private async Task<DatabaseFinding> LookAsync()
    {
        // Off the lock at once.
        await Task.Yield();
        var found = await FindAsync();
        var wrong = found.LacksMigrations ? "it lacks migrations of this version; run `AuthServer migrate`" : found.Wrong;
        // A state is logged when it begins, not at each probe.
        if (wrong != _logged && wrong is not null) LogNotReady(log, wrong);
        else if (wrong is null && _logged is not null) LogReady(log);
        _logged = wrong;
        return found;
    }

    private async Task<DatabaseFinding> FindAsync()
    {
        using var limit = new CancellationTokenSource(ProbeConnection.Patience);
        var found = await FindAsync(limit.Token);
        // What a restart or a failover has done to the one kept connection says nothing about a new one.
        return found.IsFine || limit.IsCancellationRequested || !connection.Renew() ? found : await FindAsync(limit.Token);
    }

    private async Task<DatabaseFinding> FindAsync(CancellationToken cancellation)
    {
        try
        {
            return await connection.Sql.FirstAsync(
                _sql, SqlValues.None,
                static row => row.GetString(0) is { Length: > 0 } wrong ? new(wrong, LacksMigrations: false)
                    : row.GetBoolean(1) ? Older : DatabaseFinding.Fine,
                cancellation) ?? new("it has no keys", LacksMigrations: false);
        }
        catch (Exception e)
        {
            return new(DatabaseFault.Of(e)?.Cure ?? e.Message, LacksMigrations: false);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not ready, because of the database: {Reason}")]
    private static partial void LogNotReady(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database is ready again.")]
    private static partial void LogReady(ILogger logger);
}

/// <param name="Wrong">Why it does not serve, with the cure; null when it does.</param>
/// <param name="LacksMigrations">Its schema is older than this version's.</param>
public sealed record DatabaseFinding(string? Wrong, bool LacksMigrations)
{
    public static DatabaseFinding Fine { get; } = new(null, LacksMigrations: false);

    public bool IsFine => Wrong is null && !LacksMigrations;
}
