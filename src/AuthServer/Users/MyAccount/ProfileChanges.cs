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

    /// <summary>The caller has lost the right meanwhile.</summary>
    public sealed record NoLongerAdmin : ProfileResult;

    /// <summary>The account is not in the state that the person saw.</summary>
    public sealed record Stale : ProfileResult;

    /// <summary>Everything that is wrong, by member.</summary>
    public sealed record Refused(IReadOnlyDictionary<string, ProfileProblem> Problems) : ProfileResult;
}

/// <summary>Reads and changes what a person says about themselves, and what an admin says of them.</summary>
public sealed class ProfileChanges(AuthDbContext db, ProfileOptions options, UserRoles roles, TimeProvider time)
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
    public Task<ProfileResult> ChangeAsync(
        AccountActor.Person person, Func<long, bool> matches, IReadOnlyDictionary<string, string?> typed,
        CancellationToken cancellationToken) =>
        ChangeAsync(person.UserId, person, matches, typed, options.Allows, cancellationToken);

    /// <summary>An admin or a service account writes any of these claims, also those that people do not fill in here.</summary>
    /// <param name="matches">Whether the version is one that the caller has seen.</param>
    /// <param name="typed">As above.</param>
    public Task<ProfileResult> ChangeAsAdminAsync(
        Guid userId, AccountActor actor, Func<long, bool> matches, IReadOnlyDictionary<string, string?> typed,
        CancellationToken cancellationToken) =>
        ChangeAsync(userId, actor, matches, typed, static _ => true, cancellationToken);

    /// <summary>
    /// The language of pages and mails, which is the claim <c>locale</c>: it can be chosen whatever the operator lets people say of
    /// themselves, because they have to understand what they read.
    /// </summary>
    /// <param name="tag">Null: that of the browser.</param>
    public async Task<ProfileResult> SetLanguageAsync(AccountActor.Person person, string? tag, CancellationToken cancellationToken)
    {
        var typed = new Dictionary<string, string?> { [OwnProfile.Locale] = tag };
        for (var tries = 1; ; tries++)
        {
            var result = await ChangeAsync(person.UserId, person, static _ => true, typed, static _ => true, cancellationToken);
            // Another change came between: it said nothing of the language, or the later one counts.
            if (result is not ProfileResult.Stale || tries == 3) return result;
        }
    }

    private async Task<ProfileResult> ChangeAsync(
        Guid userId, AccountActor actor, Func<long, bool> matches, IReadOnlyDictionary<string, string?> typed, Func<string, bool> allows,
        CancellationToken cancellationToken)
    {
        if (await FindAsync(userId, cancellationToken) is not { } user) return new ProfileResult.NotFound();
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
            var (value, problem) = allows(member) || string.IsNullOrWhiteSpace(text)
                ? ProfileRules.Judge(member, text, now) : (null, ProfileProblem.NotKept);
            if (problem is { } wrong) problems.Add(member, wrong);
            else if (value != today.GetValueOrDefault(member)) changed.Add(member, value);
        }

        if (problems.Count > 0) return new ProfileResult.Refused(problems);
        if (changed.Count == 0) return new ProfileResult.Changed(user);
        return await WriteAsync(user, changed, actor, now);
    }

    private async Task<ProfileResult> WriteAsync(
        User seen, Dictionary<string, string?> changed, AccountActor actor, DateTime now)
    {
        var first = changed.TryGetValue(OwnProfile.GivenName, out var given) ? given : seen.FirstName;
        var last = changed.TryGetValue(OwnProfile.FamilyName, out var family) ? family : seen.LastName;
        var claims = OwnProfile.ClaimsOf(seen, changed);
        await using var transaction = await db.Database.BeginTransactionAsync(Stop);
        if (actor.AsAdmin && !await roles.HoldRightAsync(actor, Stop)) return new ProfileResult.NoLongerAdmin();
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
            db, now, AuditKinds.UserUpdated, actor.Caller, actor.PersonId, seen.Id, actor.ClientId, actor.PersonSession,
            string.Join(' ', changed.Keys));
        await db.SaveChangesAsync(Stop);
        await transaction.CommitAsync(Stop);
        (seen.FirstName, seen.LastName, seen.Claims, seen.UpdatedAt) = (first, last, claims, now);
        seen.Version++;
        return new ProfileResult.Changed(seen);
    }
}
