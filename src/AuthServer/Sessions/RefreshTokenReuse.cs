using System.Data.Common;
using AuthServer.Audit;
using AuthServer.Data.Sql;

namespace AuthServer.Sessions;

/// <summary>Detects the reuse of a rotated refresh token and ends its session (RFC 9700 section 4.14.2).</summary>
public sealed class RefreshTokenReuse(
    SqlRunner sql, RefreshTokens tokens, SessionRotation rotation, SessionEnding ending, RefreshGrace graces, Refusals refusals,
    TimeProvider time)
{
    private const string FindSql =
        $"""
        SELECT {GrantedSession.Columns}, user_sessions.client_id, user_sessions.token_hash, user_sessions.previous_token_hash,
          user_sessions.rotated_at, user_sessions.rotation_counter, CASE WHEN {StandingSession.Rule} THEN 1 ELSE 0 END,
          user_sessions.confirmation
        FROM user_sessions JOIN users ON users.id = user_sessions.user_id
        WHERE user_sessions.id = @id AND user_sessions.kind = 1
        """;

    /// <summary>One read, after a rotation that swapped nothing, distinguishes a retry, a reuse and a session that is over.</summary>
    /// <param name="confirmation">What the sender has proved beside the token, as the row keeps it; null: nothing.</param>
    /// <param name="grace">How long the previous token still gets the same successor, for a client that missed the answer.</param>
    public async Task<Rotation> DetectAsync(
        RefreshToken presented, string clientId, string? confirmation, TimeSpan grace, Caller caller, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var found = await sql.FirstAsync(
            FindSql, values => values.Add("id", presented.SessionId).Add("now", now), Found.Read, cancellationToken);
        if (found is null) return new Rotation.Refused("The session has ended.");
        if (found.ClientId != clientId) return new Rotation.Refused("The refresh token belongs to another client.");
        // Before a reuse: a token that was taken without its key opens nothing, so it ends nothing either.
        if (found.Confirmation is { } wanted && wanted != confirmation)
        {
            return new Rotation.Refused("The refresh token is bound to a key that the sender has not proved.");
        }
        if (!found.Stands)
        {
            return new Rotation.Refused("The session has expired, or its account is disabled or has changed its credentials.");
        }

        if (found.PreviousTokenHash == presented.Hash && graces.Covers(found.RotatedAt, grace, now) &&
            tokens.Successors(presented).FirstOrDefault(t => t.Hash == found.TokenHash) is { } same)
        {
            // Its first answer could not be signed, or was a refusal.
            var isUnanswered = found.RotatedAt > now;
            if (isUnanswered) await rotation.BeginGraceAsync(presented, cancellationToken);
            return new Rotation.Rotated(found.Session, same) { IsUnanswered = isUnanswered };
        }

        if (presented.Counter >= found.RotationCounter) return new Rotation.Refused("The refresh token is not the one that is valid now.");

        refusals.Record(RefusalKinds.RefreshTokenReused, caller);
        await ending.EndAsync(found.Session.Id, EndReason.RefreshTokenReused, caller, cancellationToken);
        return new Rotation.Refused("A refresh token that had been rotated was used again; its session has been ended.");
    }

    /// <summary>A client session, standing or not.</summary>
    private sealed record Found(
        GrantedSession Session, string? ClientId, string TokenHash, string? PreviousTokenHash, DateTime? RotatedAt, int RotationCounter,
        bool Stands, string? Confirmation)
    {
        private const int First = GrantedSession.ColumnCount;

        public static Found Read(DbDataReader row) => new(
            GrantedSession.Read(row), row.Text(First), row.GetString(First + 1), row.Text(First + 2), row.TimeOrNull(First + 3),
            row.GetInt32(First + 4), row.GetInt32(First + 5) == 1, row.Text(First + 6));
    }
}
