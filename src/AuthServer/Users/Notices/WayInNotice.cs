using AuthServer.Configuration;
using AuthServer.Data;
using AuthServer.Email;
using AuthServer.Email.Letters;
using AuthServer.Ui;
using AuthServer.Ui.Emails;
using AuthServer.Users.Profile;
using AuthServer.Users.SignIn;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Notices;

/// <summary>Tells people by mail that a way into their account has come or gone, beside password and address.</summary>
public sealed class WayInNotice(
    AuthDbContext db, Outbox outbox, MailSetup mail, SignInMethodOptions methods, IssuerOptions issuer, TimeProvider time)
{
    private const int MostInADay = 10;

    private static readonly string Kind = Letter.All[typeof(WayInChangedLetter)];

    /// <summary>Adds the mail to the caller's changes; after the commit, <see cref="Wake"/>.</summary>
    /// <param name="name">Its model; not what somebody has typed, which would stand in a mail of the server.</param>
    /// <param name="byAdmin">Whether another person did it than the one whom the account belongs to.</param>
    public async Task AddAsync(Guid userId, WayInChange change, string? name = null, bool byAdmin = false)
    {
        if (!mail.IsOn) return;
        var now = time.GetUtcNow().UtcDateTime;
        var yesterday = now.AddDays(-1);
        // Whoever is in the account must not bury the mail about their sign-in.
        if (await db.Mails.CountAsync(m => m.UserId == userId && m.Kind == Kind && m.CreatedAt > yesterday) >= MostInADay) return;
        if (await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == userId) is not { } user) return;
        outbox.Add(db, new WayInChangedLetter(
            user.Email!, StandardClaims.LocaleOf(user), user.Id, now, change,
            string.IsNullOrWhiteSpace(name) ? null : name, byAdmin, issuer.IssuerText + PagePaths.AccountSecurity,
            methods.Password && IsNew(change) ? issuer.IssuerText + PagePaths.ForgottenPassword : null));
    }

    public void Wake() => outbox.Wake();

    private static bool IsNew(WayInChange change) =>
        change is WayInChange.AppAdded or WayInChange.AppReplaced or WayInChange.RecoveryCodesRenewed or WayInChange.PasskeyAdded
            or WayInChange.ProviderConnected;
}
