using AuthServer.Data;
using AuthServer.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Sessions;

/// <summary>A client session that stands, as introspection reports it.</summary>
public sealed record StandingSession(Guid Id, Guid UserId, string? ClientId, string? Scopes, string? Resources, DateTime ExpiresAt, DateTime? CreatedAt);

/// <summary>What a call of the JSON API needs of the session behind its token.</summary>
public sealed record StandingCaller(DateTime? AuthTime, int AdminRoles);

/// <summary>Asks whether the session behind a token still stands, in one statement.</summary>
public sealed class SessionLookup(AuthDbContext db, TimeProvider time)
{
    public Task<bool> StandsAsync(Guid sessionId, Guid userId, CancellationToken cancellationToken) =>
        Standing(time.GetUtcNow().UtcDateTime).AnyAsync(x => x.Session.Id == sessionId && x.User.Id == userId, cancellationToken);

    /// <summary>The standing session behind an access token, and whether its user is an admin now.</summary>
    public Task<StandingCaller?> FindCallerAsync(AccessToken token, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        return Standing(time.GetUtcNow().UtcDateTime)
            .Where(x => x.Session.Id == token.SessionId && x.User.Id == token.UserId && x.Session.ClientId == token.ClientId)
            .Select(x => new StandingCaller(
                x.Session.AuthTime,
                db.UserRoles.Count(r => r.UserId == x.User.Id && db.Roles.Any(role => role.Id == r.RoleId && role.NormalizedName == "admin"))))
            .FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The user of a standing session, for userinfo.</summary>
    public async Task<(User User, string? RequestedClaims)?> FindUserAsync(Guid sessionId, Guid userId, CancellationToken cancellationToken)
    {
        var found = await Standing(time.GetUtcNow().UtcDateTime).AsNoTracking()
            .Where(x => x.Session.Id == sessionId && x.User.Id == userId)
            .Select(x => new { x.User, x.Session.RequestedClaims }).FirstOrDefaultAsync(cancellationToken);
        return found is null ? null : (found.User, found.RequestedClaims);
    }

    /// <summary>The standing session whose valid token this is; it is not rotated.</summary>
    public Task<StandingSession?> FindByRefreshTokenAsync(RefreshToken token, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        var hash = token.Hash;
        return Standing(time.GetUtcNow().UtcDateTime).Where(x => x.Session.Id == token.SessionId && x.Session.TokenHash == hash)
            .Select(x => new StandingSession(
                x.Session.Id, x.User.Id, x.Session.ClientId, x.Session.Scopes, x.Session.Resources, x.Session.ExpiresAt, x.Session.CreatedAt))
            .FirstOrDefaultAsync(cancellationToken);
    }

    private IQueryable<SessionAndUser> Standing(DateTime now) =>
        from s in db.Sessions
        join u in db.Users on s.UserId equals u.Id
        where s.Kind == SessionKind.Client && s.ExpiresAt > now && (s.AbsoluteExpiresAt == null || s.AbsoluteExpiresAt > now)
            && u.DisabledAt == null && u.SecurityStamp == s.SecurityStamp
        select new SessionAndUser { Session = s, User = u };

    private sealed class SessionAndUser
    {
        public required UserSession Session { get; init; }

        public required User User { get; init; }
    }
}
