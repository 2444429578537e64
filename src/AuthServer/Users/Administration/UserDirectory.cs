using AuthServer.Data;
using AuthServer.Users.EmailAddresses;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Administration;

/// <summary>Which users an admin asks for.</summary>
/// <param name="EmailPrefix">How the e-mail address begins, in any spelling.</param>
/// <param name="CreatedAfter">UTC, exclusive.</param>
/// <param name="CreatedBefore">UTC, exclusive.</param>
public sealed record UserFilter(string? EmailPrefix, DateTime? CreatedAfter, DateTime? CreatedBefore);

/// <summary>Reads users for the JSON API.</summary>
public sealed class UserDirectory(AuthDbContext db)
{
    public Task<UserView?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        db.Users.AsNoTracking().Where(u => u.Id == id).Select(UserView.From(db)).FirstOrDefaultAsync(cancellationToken);

    /// <summary>
    /// In the order of their ids, which never changes: a caller that pages meets no account twice and misses none that existed at the
    /// start.
    /// </summary>
    /// <param name="after">The last id of the page before.</param>
    public async Task<IReadOnlyList<UserView>> ListAsync(UserFilter filter, Guid? after, int count, CancellationToken cancellationToken)
    {
        var users = db.Users.AsNoTracking();
        if (filter.EmailPrefix is not null)
        {
            var prefix = EmailPrefix.Of(filter.EmailPrefix);
            var international = await InternationalAsync(prefix, cancellationToken);
            users = users.Where(u => u.NormalizedEmail!.StartsWith(prefix.Key) || international.Contains(u.NormalizedEmail));
        }

        if (filter.CreatedAfter is { } from) users = users.Where(u => u.CreatedAt > from);
        if (filter.CreatedBefore is { } to) users = users.Where(u => u.CreatedAt < to);
        if (after is { } last) users = users.Where(u => u.Id > last);
        return await users.OrderBy(u => u.Id).Take(count).Select(UserView.From(db)).ToListAsync(cancellationToken);
    }

    /// <summary>The keys with an A-label where the prefix ends; they are few, because all that stands before it is the same.</summary>
    private async Task<List<string>> InternationalAsync(EmailPrefix prefix, CancellationToken cancellationToken)
    {
        if (prefix.ALabels is not { } start) return [];
        var keys = await db.Users.Where(u => u.NormalizedEmail!.StartsWith(start)).Select(u => u.NormalizedEmail!)
            .ToListAsync(cancellationToken);
        return keys.FindAll(prefix.IsOf);
    }
}
