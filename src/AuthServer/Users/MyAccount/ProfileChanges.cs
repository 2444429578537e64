using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Users.Administration;
using AuthServer.Users.Identity;
using AuthServer.Users.Profile;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.MyAccount;

/// <summary>What became of a change that a person made to their profile.</summary>
public abstract record ProfileResult
{
    private ProfileResult()
    {
    }

    public sealed record Changed(User User) : ProfileResult;

    public sealed record NotFound : ProfileResult;

    /// <summary>The account is not in the state that the person saw.</summary>
    public sealed record Stale : ProfileResult;

    /// <summary>Everything that is wrong, by member.</summary>
    public sealed record Refused(IReadOnlyDictionary<string, ProfileProblem> Problems) : ProfileResult;
}

/// <summary>Reads and changes what a person says about themselves.</summary>
public sealed class ProfileChanges(AuthDbContext db, ProfileOptions options, TimeProvider time)
{
    // The statement decides, not the connection of a caller who goes away.
    private static readonly CancellationToken Stop = CancellationToken.None;

    public Task<User?> FindAsync(Guid userId, CancellationToken cancellationToken) =>
        db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == userId, cancellationToken);

    /// <summary>Nothing that apps see, so it moves no version.</summary>
    /// <param name="theme">light or dark; null: as the system is.</param>
    public Task SetThemeAsync(Guid userId, string? theme, CancellationToken cancellationToken) => db.Users.Where(u => u.Id == userId)
        .ExecuteUpdateAsync(set => set.SetProperty(u => u.Theme, theme), cancellationToken);

    /// <param name="matches">Whether the version is one that the person has seen.</param>
    /// <param name="typed">New values by the names of <see cref="OwnProfile.Members"/>; null or blank removes one.</param>
    public async Task<ProfileResult> ChangeAsync(
        AccountActor.Person person, Func<long, bool> matches, IReadOnlyDictionary<string, string?> typed,
        CancellationToken cancellationToken)
    {
        if (await FindAsync(person.UserId, cancellationToken) is not { } user) return new ProfileResult.NotFound();
        if (!matches(user.Version)) return new ProfileResult.Stale();

        var now = time.GetUtcNow().UtcDateTime;
        var today = OwnProfile.Of(user);
        var changed = new Dictionary<string, string?>(StringComparer.Ordinal);
        var problems = new Dictionary<string, ProfileProblem>(StringComparer.Ordinal);
        foreach (var (member, text) in typed)
        {
            // What is not changed stays as it is stored, whatever the rules are today.
            if ((text ?? "") == today.GetValueOrDefault(member, "")) continue;
            // To take away what is stored is always allowed.
            var (value, problem) = options.Allows(member) || string.IsNullOrWhiteSpace(text)
                ? ProfileRules.Judge(member, text, now) : (null, ProfileProblem.NotKept);
            if (problem is { } wrong) problems.Add(member, wrong);
            else if (value != today.GetValueOrDefault(member)) changed.Add(member, value);
        }

        if (problems.Count > 0) return new ProfileResult.Refused(problems);
        if (changed.Count == 0) return new ProfileResult.Changed(user);
        return await WriteAsync(user, changed, person, now);
    }

    private async Task<ProfileResult> WriteAsync(
        User seen, Dictionary<string, string?> changed, AccountActor.Person person, DateTime now)
    {
        var first = changed.TryGetValue(OwnProfile.GivenName, out var given) ? given : seen.FirstName;
        var last = changed.TryGetValue(OwnProfile.FamilyName, out var family) ? family : seen.LastName;
        var claims = OwnProfile.ClaimsOf(seen, changed);
        await using var transaction = await db.Database.BeginTransactionAsync(Stop);
        // Of several changes that saw one version, one is written.
        var moved = await db.Users.Where(u => u.Id == seen.Id && u.Version == seen.Version).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.FirstName, first).SetProperty(u => u.LastName, last).SetProperty(u => u.Claims, claims)
                    .NextVersion(now),
            Stop);
        if (moved == 0) return new ProfileResult.Stale();
        // The claim points elsewhere now.
        if (changed.ContainsKey(OwnProfile.Picture)) await db.ProfilePictures.Where(p => p.UserId == seen.Id).ExecuteDeleteAsync(Stop);
        // The names of what changed, never the values.
        AuditTrail.Record(
            db, now, AuditKinds.UserUpdated, person.Caller, person.UserId, seen.Id, person.ClientId, person.SessionId,
            string.Join(' ', changed.Keys));
        await db.SaveChangesAsync(Stop);
        await transaction.CommitAsync(Stop);
        (seen.FirstName, seen.LastName, seen.Claims, seen.UpdatedAt) = (first, last, claims, now);
        seen.Version++;
        return new ProfileResult.Changed(seen);
    }
}
