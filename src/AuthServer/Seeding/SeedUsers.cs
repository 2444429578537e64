using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Sessions;
using AuthServer.Users.EmailAddresses;
using AuthServer.Users.Identity;
using AuthServer.Users.Passwords;
using AuthServer.Users.Profile;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Seeding;

/// <summary>Applies the users of a seed file. The e-mail key finds them; members that the file leaves out stay as they are.</summary>
public sealed class SeedUsers(AuthDbContext db, Argon2PasswordHasher hasher, SessionEnding ending, TimeProvider time)
{
    private readonly Dictionary<string, IdentityRole<Guid>> _roles = new(StringComparer.Ordinal);

    /// <summary>The new hashes by the user's path; a user whose stored password stays has none.</summary>
    internal async Task<IReadOnlyDictionary<string, string>> PasswordsAsync(
        IReadOnlyCollection<(SeedUser User, SeedDecision Decision)> users, CancellationToken cancellation)
    {
        var stored = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var chunk in users.Select(u => EmailKey.Of(u.User.Email)).Chunk(500))
        {
            foreach (
                var row in await db.Users.Where(u => chunk.Contains(u.NormalizedEmail!))
                    .Select(u => new { u.NormalizedEmail, u.PasswordHash }).ToListAsync(cancellation))
            {
                stored[row.NormalizedEmail!] = row.PasswordHash;
            }
        }
        var made = new ConcurrentDictionary<string, string>(StringComparer.Ordinal);
        // Each hash takes a processor for some 30 ms.
        await Parallel.ForEachAsync(users, cancellation, (entry, _) =>
        {
            var (user, decision) = entry;
            if (NewHash(user, decision, stored.GetValueOrDefault(EmailKey.Of(user.Email))) is { } hash) made[user.Path] = hash;
            return ValueTask.CompletedTask;
        });
        return made;
    }

    internal async Task<SeedChange> ApplyAsync(SeedUser seed, SeedDecision decision, string? newHash, CancellationToken cancellation)
    {
        var key = EmailKey.Of(seed.Email);
        var now = time.GetUtcNow().UtcDateTime;
        var user = await db.Users.FirstOrDefaultAsync(u => u.NormalizedEmail == key, cancellation);
        var isNew = user is null;
        if (user is null)
        {
            user = new() { Id = Guid.CreateVersion7(
                time.GetUtcNow()), PasswordHash = User.NoPassword, NormalizedEmail = key, CreatedAt = now, UpdatedAt = now };
            AuditTrail.Record(db, now, AuditKinds.UserCreated, Caller.System, subject: user.Id, detail: "seed");
            db.Users.Add(user);
        }
        var content = decision.Content || isNew;
        var profileChanged = content && ApplyProfile(user, seed, isNew);
        if (newHash is not null)
        {
            user.PasswordHash = newHash;
            // Sessions carry the stamp: one that is being opened with the former password will not stand.
            user.SecurityStamp = UserStamps.NewSecurityStamp();
            if (!isNew)
            {
                await ending.EndAllOfUserAsync(
                    user.Id, EndReason.PasswordChanged, except: null, actor: null, Caller.System, cancellation);
            }
        }
        var rolesChanged = content && seed.Roles is { } roles && await ApplyRolesAsync(user, roles, isNew, cancellation);
        if (isNew) return SeedChange.Created;
        if (!profileChanged && newHash is null && !rolesChanged) return SeedChange.Unchanged;
        if (profileChanged) user.Version++;
        user.UpdatedAt = now;
        user.ConcurrencyStamp = Guid.CreateVersion7().ToString();
        return SeedChange.Updated;
    }

    private string? NewHash(SeedUser user, SeedDecision decision, string? stored)
    {
        var hasPassword = stored is not (null or User.NoPassword);
        // The password that a person has chosen stays, unless the operator has written another one into the file or asks to reset it.
        if (hasPassword && !decision.Secret) return null;
        if (hasPassword && !decision.Known && !decision.Reset) return null;
        if (user.PasswordHash is { } given) return stored == given ? null : given;
        var verifies = hasPassword && hasher.VerifyHashedPassword(new User(), stored!, user.Password!) != PasswordVerificationResult.Failed;
        return verifies ? null : hasher.HashPassword(new User(), user.Password!);
    }

    private static bool ApplyProfile(User user, SeedUser seed, bool isNew)
    {
        var before = (user.Email, user.FirstName, user.LastName, user.EmailConfirmed, user.Claims);
        user.Email = seed.Email;
        user.FirstName = seed.FirstName ?? user.FirstName;
        user.LastName = seed.LastName ?? user.LastName;
        if (seed.Claims is { } claims)
        {
            var applied = (JsonObject)claims.DeepClone();
            // The time of a change that this row may have seen since: it only ever begins an account.
            if (!isNew) applied.Remove("updated_at");
            StandardClaims.Replace(user, applied);
        }
        if (isNew) user.SecurityStamp = UserStamps.NewSecurityStamp();
        return before != (user.Email, user.FirstName, user.LastName, user.EmailConfirmed, user.Claims);
    }

    private async Task<bool> ApplyRolesAsync(User user, ImmutableArray<string> names, bool isNew, CancellationToken cancellation)
    {
        var wanted = new HashSet<Guid>();
        foreach (var name in names) wanted.Add((await RoleAsync(name, cancellation)).Id);
        var held = isNew ? [] : await db.UserRoles.Where(r => r.UserId == user.Id).ToListAsync(cancellation);
        var lost = held.Where(r => !wanted.Contains(r.RoleId)).ToList();
        var gained = wanted.Except(held.Select(r => r.RoleId)).ToList();
        db.UserRoles.RemoveRange(lost);
        db.UserRoles.AddRange(gained.Select(id => new IdentityUserRole<Guid> { UserId = user.Id, RoleId = id }));
        return lost.Count + gained.Count > 0;
    }

    private async Task<IdentityRole<Guid>> RoleAsync(string name, CancellationToken cancellation)
    {
        if (_roles.TryGetValue(name, out var known)) return known;
        var normalized = EmailKey.Of(name);
        var role = await db.Roles.FirstOrDefaultAsync(r => r.NormalizedName == normalized, cancellation);
        if (role is null)
        {
            role = new(name) { Id = Guid.CreateVersion7(
                time.GetUtcNow()), NormalizedName = normalized, ConcurrencyStamp = Guid.CreateVersion7().ToString() };
            db.Roles.Add(role);
        }
        return _roles[name] = role;
    }
}
