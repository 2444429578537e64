using AuthServer.Configuration;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Email;
using AuthServer.Email.Letters;
using AuthServer.Ui;
using AuthServer.Users.Profile;
using AuthServer.Users.SignIn;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Notices;

/// <summary>Tells people by mail that their account is to be deleted, and that it is not any more.</summary>
public sealed class ClosingNotice(AuthDbContext db, Outbox outbox, MailSetup mail, SignInMethodOptions methods, IssuerOptions issuer)
{
    /// <summary>Adds the mail to the caller's changes; after the commit, <see cref="Wake"/>.</summary>
    public Task AddClosedAsync(Guid userId, DateTime deleteAfter) => AddAsync(userId, user => new AccountClosedLetter(
        user.Email!, StandardClaims.LocaleOf(user), user.Id, deleteAfter, issuer.IssuerText + PagePaths.SignIn,
        methods.Password ? issuer.IssuerText + PagePaths.ForgottenPassword : null));

    /// <inheritdoc cref="AddClosedAsync"/>
    public Task AddKeptAsync(Guid userId) => AddAsync(userId, user => new AccountKeptLetter(
        user.Email!, StandardClaims.LocaleOf(user), user.Id, issuer.IssuerText + PagePaths.AccountSecurity));

    public void Wake() => outbox.Wake();

    private async Task AddAsync(Guid userId, Func<User, Letter> letter)
    {
        if (mail.IsOn && await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == userId) is { } user) outbox.Add(db, letter(user));
    }
}
