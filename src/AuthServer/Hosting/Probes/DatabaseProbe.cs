using AuthServer.Data.Sql;

namespace AuthServer.Hosting.Probes;

/// <summary>Asks the database whether it answers, once a second at most however many ask: health has no rate limit.</summary>
public sealed class DatabaseProbe(SqlRunner sql, TimeProvider time, ILogger<DatabaseProbe> log)
{
    // Probes time out after a few seconds; an answer that comes later counts as none.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<bool>? _last;
    private long _asked;

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
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            // Off the lock at once.
            await Task.Yield();
            // A row is asked for, not only a connection: a database without the schema is not ready.
            await sql.ListAsync("SELECT id FROM keys LIMIT 1", SqlValues.None, row => row.GetGuid(0), limit.Token);
            return true;
        }
        catch (Exception e)
        {
            log.LogWarning("The database does not answer: {Error}", e.Message);
            return false;
        }
    }
}
