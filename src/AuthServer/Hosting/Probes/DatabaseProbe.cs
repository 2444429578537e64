using AuthServer.Data.Connection;
using AuthServer.Data.Sql;

namespace AuthServer.Hosting.Probes;

/// <summary>Asks whether the database can serve requests, once a second at most however many ask: health has no rate limit.</summary>
public sealed partial class DatabaseProbe(SqlRunner sql, DatabaseOptions options, TimeProvider time, ILogger<DatabaseProbe> log)
{
    // A row is asked for, not only a connection: a database without the schema is not ready.
    private const string EmbeddedSql = "SELECT 1 FROM keys LIMIT 1";

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

    // Probes time out after a few seconds; an answer that comes later counts as none.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<bool>? _last;
    private long _asked;
    private string? _logged;

    public Task<bool> AnswersAsync()
    {
        lock (_gate)
        {
            if (_last is null || (_last.IsCompleted && time.GetElapsedTime(_asked) >= Fresh))
            {
                _asked = time.GetTimestamp();
                _last = AskAsync();
            }

            return _last;
        }
    }

    private async Task<bool> AskAsync()
    {
        // Off the lock at once.
        await Task.Yield();
        var wrong = await WrongAsync();
        // A state is logged when it begins, not at each probe.
        if (wrong != _logged && wrong is not null) LogNotReady(log, wrong);
        else if (wrong is null && _logged is not null) LogReady(log);
        _logged = wrong;
        return wrong is null;
    }

    private async Task<string?> WrongAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            if (options.IsEmbedded) return await sql.ExistsAsync(EmbeddedSql, SqlValues.None, limit.Token) ? null : "it has no keys";
            var answer = await sql.FirstAsync(PostgresSql, SqlValues.None, static row => row.GetString(0), limit.Token);
            return answer switch { null => "it has no keys", "" => null, _ => answer };
        }
        catch (Exception e)
        {
            return DatabaseFault.Of(e)?.Cure ?? e.Message;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not ready, because of the database: {Reason}")]
    private static partial void LogNotReady(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The database is ready again.")]
    private static partial void LogReady(ILogger logger);
}
