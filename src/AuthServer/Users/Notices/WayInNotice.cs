using AuthServer.Configuration;
using AuthServer.Data;
using AuthServer.Email;
using AuthServer.Email.Letters;
using AuthServer.Ui;
using AuthServer.Ui.Emails;
using AuthServer.Users.Profile;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Notices;

/// <summary>Tells people by mail that a way into their account has come or gone, beside password and address.</summary>
public sealed class WayInNotice(AuthDbContext db, Outbox outbox, MailSetup mail, IssuerOptions issuer, TimeProvider time)
{
    /// <summary>Adds the mail to the caller's changes; after the commit, <see cref="Wake"/>.</summary>
    /// <param name="name">What the person calls it; null: it has no name.</param>
    /// <param name="byAdmin">Whether another person did it than the one whom the account belongs to.</param>
    public async Task AddAsync(Guid userId, WayInChange change, string? name = null, bool byAdmin = false)
    {
        if (!mail.IsOn || await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == userId) is not { } user) return;
        outbox.Add(db, new WayInChangedLetter(
            user.Email!, StandardClaims.LocaleOf(user), user.Id, time.GetUtcNow().UtcDateTime, change,
            string.IsNullOrWhiteSpace(name) ? null : name, byAdmin, issuer.IssuerText + PagePaths.AccountSecurity));
    }

    public void Wake() => outbox.Wake();
}
