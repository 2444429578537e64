using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;
using Microsoft.EntityFrameworkCore;

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
    AuthDbContext db, SqlRunner direct, RefreshTokens tokens, SessionEnding ending, RefreshGrace graces, Refusals refusals, TimeProvider time)
{
    private const string Sql =
        $"""
        UPDATE user_sessions
        SET token_hash = @next, previous_token_hash = @presented, rotated_at = @now, last_seen_at = @now,
            rotation_counter = rotation_counter + 1
        WHERE id = @id AND token_hash = @presented AND kind = 1 AND client_id = @client AND expires_at > @now
          AND (absolute_expires_at IS NULL OR absolute_expires_at > @now)
          AND EXISTS (SELECT 1 FROM users WHERE users.id = user_sessions.user_id AND users.disabled_at IS NULL
                      AND users.security_stamp = user_sessions.security_stamp)
        RETURNING {GrantedSession.Columns}
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
        var rotated = await direct.FirstAsync(
            Sql,
            values => values.Add("next", next.Hash).Add("presented", presented.Hash).Add("now", now).Add("id", presented.SessionId).Add("client", clientId),
            GrantedSession.Read, cancellationToken);
        return rotated is { } session
            ? new Rotation.Rotated(session, next)
            : await ExplainAsync(presented, clientId, grace, now, caller, cancellationToken);
    }

    // Nothing was swapped: one read tells a retry from a reuse from a session that is simply over.
    private async Task<Rotation> ExplainAsync(
        RefreshToken presented, string clientId, TimeSpan grace, DateTime now, Func<Caller> caller, CancellationToken cancellationToken)
    {
        var found = await (
            from s in db.Sessions.AsNoTracking()
            join u in db.Users on s.UserId equals u.Id
            where s.Id == presented.SessionId && s.Kind == SessionKind.Client
            select new
            {
                Row = s,
                Standing = u.DisabledAt == null && u.SecurityStamp == s.SecurityStamp,
                AdminRoles = db.UserRoles.Count(r => r.UserId == u.Id && db.Roles.Any(x => x.Id == r.RoleId && x.NormalizedName == "admin")),
            }).FirstOrDefaultAsync(cancellationToken);

        if (found is null) return new Rotation.Refused("The session has ended.");
        var row = found.Row;
        if (row.ClientId != clientId) return new Rotation.Refused("The refresh token belongs to another client.");
        if (row.ExpiresAt <= now || row.AbsoluteExpiresAt <= now) return new Rotation.Refused("The session has expired.");
        if (!found.Standing) return new Rotation.Refused("The account is disabled or its credentials have changed.");

        if (row.PreviousTokenHash == presented.Hash && graces.Covers(row.RotatedAt, grace, now) &&
            tokens.Successors(presented).FirstOrDefault(t => t.Hash == row.TokenHash) is { } same)
        {
            return new Rotation.Rotated(Granted(row, found.AdminRoles), same);
        }

        if (presented.Counter >= row.RotationCounter) return new Rotation.Refused("The refresh token is not the one that is valid now.");

        var by = caller();
        refusals.Record(RefusalKinds.RefreshTokenReused, by);
        await ending.EndAsync(row.Id, EndReason.RefreshTokenReused, by, cancellationToken);
        return new Rotation.Refused("A refresh token that had been rotated was used again; its session has been ended.");
    }

    private static GrantedSession Granted(UserSession row, int adminRoles) => new()
    {
        Id = row.Id,
        UserId = row.UserId!.Value,
        Scopes = row.Scopes,
        Resources = row.Resources,
        AuthTime = row.AuthTime,
        Amr = row.Amr,
        Acr = row.Acr,
        RequestedClaims = row.RequestedClaims,
        ExpiresAt = row.ExpiresAt,
        AdminRoles = adminRoles,
    };
}
