using AuthServer.Data.Entities;
using AuthServer.Data.Sql;

namespace AuthServer.Users.MyAccount;

/// <summary>Whether apps wait for a decision of a person (CIBA).</summary>
public sealed class WaitingApprovals(SqlRunner sql, TimeProvider time)
{
    private const string AnySql =
        "SELECT id FROM pending_authorizations WHERE user_id = @user AND kind = @kind AND state = 0 AND expires_at > @now LIMIT 1";

    public ValueTask<bool> AnyAsync(Guid userId, CancellationToken cancellationToken) => sql.ExistsAsync(
        AnySql,
        values => values.Add("user", userId).Add("kind", (int)PendingKind.Backchannel).Add("now", time.GetUtcNow().UtcDateTime),
        cancellationToken);
}
