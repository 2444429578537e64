using AuthServer.Audit;
using AuthServer.Data.Sql;

namespace AuthServer.Sessions;

/// <summary>Ends the sessions of a person beyond the limit, beginning with those that were unused for longest.</summary>
public sealed class SessionLimit(SqlRunner sql, SessionEnding ending, SessionLimitOptions options, TimeProvider time)
{
    // One check ends no more than this; the next one goes on.
    private const int Most = 1_000;

    // What has expired stays while its browser session goes on (ExpiredRows.cs), and takes no place of one that stands.
    private const string Newest =
        """
        ORDER BY CASE WHEN expires_at > @now THEN 0 ELSE 1 END, COALESCE(last_seen_at, created_at) DESC, id DESC
        LIMIT @most OFFSET @limit
        """;

    private const string OfPerson = "FROM user_sessions WHERE user_id = @user AND";

    private const string BrowsersSql = $"SELECT id {OfPerson} kind = 0 {Newest}";

    // A session that a client has opened by another server's word knows no sign-in. Counted apart: whoever opens many of them, without the
    // person, must not push out those that the person has signed in to.
    private const string AppsSql = $"SELECT id {OfPerson} kind = 1 AND (auth_time IS NOT NULL OR client_id IS NULL) {Newest}";

    private const string AssertedSql = $"SELECT id {OfPerson} kind = 1 AND auth_time IS NULL AND client_id IS NOT NULL {Newest}";

    private static readonly string[] Groups = [AppsSql, AssertedSql, BrowsersSql];

    private const string CrowdedSql =
        "SELECT DISTINCT user_id FROM user_sessions WHERE user_id IS NOT NULL GROUP BY user_id, kind HAVING COUNT(*) > @limit";

    /// <returns>How many sessions ended.</returns>
    public async Task<int> TrimAsync(Guid userId, CancellationToken cancellationToken)
    {
        var ended = 0;
        foreach (var group in Groups)
        {
            var beyond = await sql.ListAsync(
                group, values => values.Add("user", userId).Add("now", time.GetUtcNow().UtcDateTime).Add("most", Most)
                    .Add("limit", options.PerPerson),
                static row => row.GetGuid(0), cancellationToken);
            // The one unused for longest first: a reader meanwhile never finds it standing beside a newer one that has ended.
            beyond.Reverse();
            foreach (var id in beyond)
            {
                if (await ending.EndAsync(id, EndReason.TooMany, Caller.System, cancellationToken)) ended++;
            }
        }

        return ended;
    }

    /// <summary>Every person with too many sessions. It reads the whole table: run it seldom.</summary>
    public async Task TrimAllAsync(CancellationToken cancellationToken)
    {
        var people = await sql.ListAsync(
            CrowdedSql, values => values.Add("limit", options.PerPerson), static row => row.GetGuid(0), cancellationToken);
        foreach (var person in people) await TrimAsync(person, cancellationToken);
    }
}
