using AuthServer.Configuration;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Email;
using AuthServer.Users.SignIn;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Providers;

/// <summary>What leads into an account, as far as this server takes it.</summary>
/// <param name="Passkeys">How many the person has.</param>
/// <param name="Connected">How many connected sign-ins of providers that are configured.</param>
/// <param name="MailSignsIn">A mailed code or link signs the person in.</param>
/// <param name="MailReachesThem">The address is confirmed, and this server sends mail: a mail lets the person set a password again.</param>
public sealed record WaysIn(bool HasPassword, int Passkeys, int Connected, bool MailSignsIn, bool MailReachesThem)
{
    /// <summary>Whether the person can sign in: no page and no operation of the person takes the last way in away.</summary>
    public bool OpenTheAccount => HasPassword || Passkeys > 0 || Connected > 0 || MailSignsIn;

    /// <summary>
    /// Whether the account may be without a password: a passkey, with which the person can prove anew who they are, and a second way for
    /// when it is lost. A connected sign-in alone proves nothing anew where its provider does not tell when it asked the person.
    /// </summary>
    public bool SufficeWithoutPassword => Passkeys > 1 || (Passkeys == 1 && (Connected > 0 || MailReachesThem));
}

/// <summary>Finds the ways into an account; whatever takes one away asks here.</summary>
public sealed class AccountWaysIn(
    AuthDbContext db, SignInMethodOptions methods, IssuerOptions issuer, MailSetup mail, UpstreamProviders providers)
{
    /// <summary>
    /// Called first in the transaction that adds or removes a way in: two removals at once would each see the way that the other takes.
    /// </summary>
    /// <param name="sessionId">Through which the person acts.</param>
    /// <returns>False when the session has ended meanwhile.</returns>
    public async Task<bool> HoldAsync(Guid userId, Guid sessionId, CancellationToken cancellationToken) =>
        await db.Users.Where(u => u.Id == userId).OfSession(db, sessionId)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.Version, u => u.Version), cancellationToken) == 1;

    /// <summary>Called in the same transaction after a removal.</summary>
    public async Task<WaysIn> FindAsync(Guid userId, CancellationToken cancellationToken)
    {
        var found = await db.Users.Where(u => u.Id == userId)
            .Select(u => new
            {
                HasPassword = u.PasswordHash != User.NoPassword,
                u.EmailConfirmed,
                Passkeys = db.Passkeys.Count(p => p.UserId == u.Id),
            })
            .FirstOrDefaultAsync(cancellationToken);
        if (found is null) return new(HasPassword: false, 0, 0, MailSignsIn: false, MailReachesThem: false);
        var issuers = providers.All.Count == 0
            ? []
            : await db.UserLogins.Where(l => l.UserId == userId).Select(l => l.LoginProvider).ToListAsync(cancellationToken);
        return new(
            methods.Password && found.HasPassword, methods.PasskeysArePossible(issuer) ? found.Passkeys : 0,
            issuers.Count(one => providers.OfIssuer(one) is not null), methods.Email && found.EmailConfirmed,
            mail.IsOn && found.EmailConfirmed);
    }
}
