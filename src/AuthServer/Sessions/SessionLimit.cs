using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;

namespace AuthServer.Sessions;

/// <summary>Ends the sessions of a person beyond the limit, beginning with those that were unused for longest.</summary>
public sealed class SessionLimit(SqlRunner sql, SessionEnding ending, SessionLimitOptions options)
{
    // One check ends no more than this; the next one goes on.
    private const int Most = 1_000;

    private const string BeyondSql =
        """
        SELECT id FROM user_sessions WHERE user_id = @user AND kind = @kind
        ORDER BY COALESCE(last_seen_at, created_at) DESC, id DESC LIMIT @most OFFSET @limit
        """;

    private const string CrowdedSql =
        "SELECT DISTINCT user_id FROM user_sessions WHERE user_id IS NOT NULL GROUP BY user_id, kind HAVING COUNT(*) > @limit";

    /// <returns>How many sessions ended.</returns>
    public async Task<int> TrimAsync(Guid userId, CancellationToken cancellationToken)
    {
        var ended = 0;
        foreach (var kind in new[] { SessionKind.Client, SessionKind.Browser })
        {
            var beyond = await sql.ListAsync(
                BeyondSql, values => values.Add("user", userId).Add("kind", (int)kind).Add("most", Most).Add("limit", options.PerPerson),
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
