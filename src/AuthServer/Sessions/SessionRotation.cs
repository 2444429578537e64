using System.Data.Common;
using AuthServer.Audit;
using AuthServer.Data.Sql;

namespace AuthServer.Sessions;

/// <summary>How a rotation ended.</summary>
public abstract record Rotation
{
    private Rotation()
    {
    }

    /// <summary>The session goes on with a new token.</summary>
    public sealed record Rotated(GrantedSession Session, RefreshToken Next) : Rotation;

    /// <summary>Refused; <paramref name="Reason"/> is for the log.</summary>
    public sealed record Refused(string Reason) : Rotation;
}

/// <summary>Rotates refresh tokens: one compare-and-swap on the session row (RFC 9700 section 4.14.2).</summary>
public sealed class SessionRotation(
    SqlRunner sql, RefreshTokens tokens, SessionEnding ending, RefreshGrace graces, Refusals refusals, TimeProvider time)
{
    private const string RotateSql =
        $"""
        UPDATE user_sessions
        SET token_hash = @next, previous_token_hash = @presented, rotated_at = @now, last_seen_at = @now,
            rotation_counter = rotation_counter + 1
        WHERE id = @id AND token_hash = @presented AND kind = 1 AND client_id = @client AND {StandingSession.Exists}
        RETURNING {GrantedSession.Columns}
        """;

    private const string ExplainSql =
        $"""
        SELECT {GrantedSession.Columns}, user_sessions.client_id, user_sessions.token_hash, user_sessions.previous_token_hash,
          user_sessions.rotated_at, user_sessions.rotation_counter, CASE WHEN {StandingSession.Rule} THEN 1 ELSE 0 END
        FROM user_sessions JOIN users ON users.id = user_sessions.user_id
        WHERE user_sessions.id = @id AND user_sessions.kind = 1
        """;

    /// <param name="presented">Its MAC is right; the caller has authenticated the client.</param>
    /// <param name="clientId">The authenticated client.</param>
    /// <param name="grace">How long the previous token still gets the same successor, for a client that missed the answer.</param>
    /// <param name="caller">Asked only when the session ends.</param>
    public async Task<Rotation> RotateAsync(
        RefreshToken presented, string clientId, TimeSpan grace, Func<Caller> caller, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var next = tokens.Successor(presented);
        var rotated = await sql.FirstAsync(
            RotateSql,
            values => values.Add("next", next.Hash).Add("presented", presented.Hash).Add("now", now).Add("id", presented.SessionId).Add("client", clientId),
            GrantedSession.Read, cancellationToken);
        return rotated is { } session
            ? new Rotation.Rotated(session, next)
            : await ExplainAsync(presented, clientId, grace, now, caller, cancellationToken);
    }

    // Nothing was swapped: one read distinguishes a retry, a reuse and a session that is over.
    private async Task<Rotation> ExplainAsync(
        RefreshToken presented, string clientId, TimeSpan grace, DateTime now, Func<Caller> caller, CancellationToken cancellationToken)
    {
        var found = await sql.FirstAsync(ExplainSql, values => values.Add("id", presented.SessionId).Add("now", now), Found.Read, cancellationToken);
        if (found is null) return new Rotation.Refused("The session has ended.");
        if (found.ClientId != clientId) return new Rotation.Refused("The refresh token belongs to another client.");
        if (!found.Stands) return new Rotation.Refused("The session has expired, or its account is disabled or has changed its credentials.");

        if (found.PreviousTokenHash == presented.Hash && graces.Covers(found.RotatedAt, grace, now) &&
            tokens.Successors(presented).FirstOrDefault(t => t.Hash == found.TokenHash) is { } same)
        {
            return new Rotation.Rotated(found.Session, same);
        }

        if (presented.Counter >= found.RotationCounter) return new Rotation.Refused("The refresh token is not the one that is valid now.");

        var by = caller();
        refusals.Record(RefusalKinds.RefreshTokenReused, by);
        await ending.EndAsync(found.Session.Id, EndReason.RefreshTokenReused, by, cancellationToken);
        return new Rotation.Refused("A refresh token that had been rotated was used again; its session has been ended.");
    }

    /// <summary>A client session, standing or not.</summary>
    private sealed record Found(
        GrantedSession Session, string? ClientId, string TokenHash, string? PreviousTokenHash, DateTime? RotatedAt, int RotationCounter, bool Stands)
    {
        private const int First = GrantedSession.ColumnCount;

        public static Found Read(DbDataReader row) => new(
            GrantedSession.Read(row), row.Text(First), row.GetString(First + 1), row.Text(First + 2), row.TimeOrNull(First + 3),
            row.GetInt32(First + 4), row.GetInt32(First + 5) == 1);
    }
}
