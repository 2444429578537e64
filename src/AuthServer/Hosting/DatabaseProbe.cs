using AuthServer.Data;

namespace AuthServer.Hosting;

/// <summary>Asks the database whether it answers, once a second at most however many ask: health has no rate limit.</summary>
public sealed class DatabaseProbe(DirectSql sql, TimeProvider time, ILogger<DatabaseProbe> log)
{
    // Probes time out after a few seconds; an answer that comes later counts as none.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private Task<bool>? last;
    private long asked;

    public Task<bool> AnswersAsync()
    {
        lock (gate)
        {
            if (last is null || (last.IsCompleted && time.GetElapsedTime(asked) >= Fresh))
            {
                asked = time.GetTimestamp();
                last = AskAsync();
            }

            return last;
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
            await sql.ListAsync("SELECT id FROM keys LIMIT 1", DirectParameters.None, row => row.GetGuid(0), limit.Token);
            return true;
        }
        catch (Exception e)
        {
            log.LogWarning("The database does not answer: {Error}", e.Message);
            return false;
        }
    }
}
