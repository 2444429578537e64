using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Email;
using AuthServer.Email.Letters;
using AuthServer.RateLimits;
using AuthServer.Sessions;
using AuthServer.Users.Profile;
using AuthServer.Users.Proofs;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.SecondFactors;

/// <summary>
/// A code by mail in the place of the one of the authenticator app, where SECOND_FACTOR_EMAIL allows it. It is asked for after the first
/// factor, by whoever has given that one.
/// </summary>
public sealed class MailedFactor(
    AuthDbContext db, SecondFactorOptions options, SecondFactorRequirement requirement, AuthenticatorApps apps, ProofIssue proofs,
    MailAsks asks, MailSetup mail, Outbox outbox, TimeProvider time)
{
    /// <param name="amr">
    /// What was given already: a mail is no second factor beside another mail, nor beside a provider whose account may be the mailbox.
    /// </param>
    public async ValueTask<bool> IsOfferedAsync(User user, IReadOnlyCollection<string> amr, CancellationToken cancellationToken)
    {
        if (options.Mail == MailedFactorRule.Off || !mail.IsOn) return false;
        if (!user.TwoFactorEnabled || !user.EmailConfirmed || amr.Any(IsOfMailbox)) return false;
        if (options.Mail == MailedFactorRule.People && await requirement.IsAdminAsync(user.Id, cancellationToken)) return false;
        return !await IsSuspectAsync(user.Id, cancellationToken);
    }

    private static bool IsOfMailbox(string method) => method is AuthenticationMethods.OneTimeCode or AuthenticationMethods.Federated;

    /// <summary>Sends the mail; <see cref="IsOfferedAsync"/> has been asked.</summary>
    /// <param name="knownDevice">Names a device of the account, which has a budget of its own.</param>
    /// <param name="app">The name of the app that asks itself; null: a page of this server.</param>
    /// <param name="step">The first step that the code completes: it ends with that. Null: the person is signed in.</param>
    public async Task<MailAsk> AskAsync(User user, FirstStep? step, Caller caller, string? knownDevice, string? app)
    {
        var email = user.Email!;
        if (await asks.RefuseAsync(MailKind.SecondFactor, email, caller, knownDevice) is { } refused) return refused;
        var life = LifeBeside(step);
        var proof = proofs.Add(ProofPurpose.SecondFactor, user, email, life);
        outbox.Add(db, new SecondFactorCodeLetter(
            email, StandardClaims.LocaleOf(user), user.Id, proof.Code, life, caller.UserAgent, caller.Address, app));
        AuditTrail.Record(db, time.GetUtcNow().UtcDateTime, AuditKinds.SecondFactorCodeAsked, caller, subject: user.Id);
        await db.SaveChangesAsync(CancellationToken.None);
        outbox.Wake();
        return new MailAsk.Accepted(new(proof.Row.Id, ProofPurpose.SecondFactor, email));
    }

    /// <summary>How long a code works that is mailed now.</summary>
    public TimeSpan LifeBeside(FirstStep? step) =>
        step is null ? ProofIssue.Life : step.At + FirstSteps.Life - time.GetUtcNow().UtcDateTime;

    // Whoever reads the mailbox can choose another password, by a reset or after a sign-in by mail: password and code would then be one and
    // the same factor, until the app has shown that it is the person. And whoever is in a session can give the account another mailbox.
    private async Task<bool> IsSuspectAsync(Guid user, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (await db.Proofs.AnyAsync(
            p => p.UserId == user && p.Purpose == ProofPurpose.EmailUndo && p.UsedAt == null && p.ExpiresAt > now, cancellationToken))
        {
            return true;
        }

        var changed = await db.AuditEvents
            .Where(e => e.SubjectId == user && (e.Kind == AuditKinds.UserPasswordReset || e.Kind == AuditKinds.UserPasswordChanged
                || e.Kind == AuditKinds.UserPasswordRemoved))
            .MaxAsync(e => (DateTime?)e.OccurredAt, cancellationToken);
        return changed is { } at && !(await apps.LastUsedAsync(user, cancellationToken) > at);
    }
}
