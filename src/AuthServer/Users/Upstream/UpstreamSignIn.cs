using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.RateLimits;
using AuthServer.Telemetry;
using AuthServer.Users.Registration;
using AuthServer.Users.SignIn;

namespace AuthServer.Users.Upstream;

/// <summary>What a proved sign-in of a provider leads to.</summary>
public abstract record UpstreamOutcome
{
    private UpstreamOutcome()
    {
    }

    /// <param name="IsNew">The account was made for this sign-in.</param>
    public sealed record SignedIn(User User, bool IsNew) : UpstreamOutcome;

    /// <summary>As after a right password.</summary>
    public sealed record ToBeDeleted(User User, DateTime At) : UpstreamOutcome;

    public sealed record Disabled : UpstreamOutcome;

    /// <summary>The address has an account, whose person must sign in to it before the two are connected.</summary>
    public sealed record AddressTaken(string Email) : UpstreamOutcome;

    /// <summary>The provider told no address that an account could have.</summary>
    public sealed record NoAddress : UpstreamOutcome;

    /// <summary>The provider does not vouch for the address, and so nothing is made of it or told about it.</summary>
    public sealed record NotProven : UpstreamOutcome;

    /// <summary>It is new, and the person has pressed no button here: they may not even know that they are signing in.</summary>
    public sealed record NotAsked : UpstreamOutcome;

    /// <summary>The provider makes no accounts here.</summary>
    public sealed record NoAccount : UpstreamOutcome;

    public sealed record TooManyTries(TimeSpan RetryAfter) : UpstreamOutcome;
}

/// <summary>Finds or makes the account of a person whom a provider has proved; the session is opened by the caller.</summary>
/// <remarks>
/// An account is found by issuer and subject alone. An address says nothing about whose account it is: providers let people type one, and
/// addresses change hands.
/// </remarks>
public sealed partial class UpstreamSignIn(
    AuthDbContext db, AccountLookup accounts, AccountInsertion insertion, UpstreamLinks links, PendingAccounts pending,
    RegistrationThrottle throttle, Refusals refusals, AuthMeter meter, TimeProvider time, ILogger<UpstreamSignIn> logger)
{
    /// <param name="asked">The person has pressed a button here.</param>
    public async Task<UpstreamOutcome> SignInAsync(
        UpstreamIdentity identity, bool asked, Caller caller, CancellationToken cancellationToken)
    {
        using var span = Decisions.Begin("sign in upstream");
        var outcome = await FindAsync(identity, caller, cancellationToken)
            ?? (asked ? await IntroduceAsync(identity, caller, cancellationToken) : new UpstreamOutcome.NotAsked());
        var isRight = outcome is UpstreamOutcome.SignedIn or UpstreamOutcome.ToBeDeleted;
        meter.SignIn(isRight ? "right" : outcome is UpstreamOutcome.TooManyTries ? "throttled" : "wrong");
        span.End(isRight ? "right" : "refused");
        return outcome;
    }

    private async Task<UpstreamOutcome?> FindAsync(UpstreamIdentity identity, Caller caller, CancellationToken cancellationToken)
    {
        var user = await accounts.FindAsync(identity.Issuer, identity.Subject, cancellationToken);
        switch (user)
        {
            case null:
                return null;
            case { DisabledAt: null }:
                return new UpstreamOutcome.SignedIn(user, IsNew: false);
            case { MayBeKept: true, DeleteAfter: { } at }:
                return new UpstreamOutcome.ToBeDeleted(user, at);
            default:
                refusals.Record(RefusalKinds.SignInFailed, caller);
                LogDisabled(logger, user.Id, identity.Provider.Name);
                return new UpstreamOutcome.Disabled();
        }
    }

    private async Task<UpstreamOutcome> IntroduceAsync(UpstreamIdentity identity, Caller caller, CancellationToken cancellationToken)
    {
        if (identity.Email is not { } email) return new UpstreamOutcome.NoAddress();
        // Accounts are made after the proof of the mailbox alone here, and no answer tells who has one.
        if (!identity.EmailProven && pending.AreUsed) return new UpstreamOutcome.NotProven();
        // Every answer below tells whether the address has an account.
        if (await throttle.TakeAsync(caller.Address) is { } wait)
        {
            meter.RateLimited("registration");
            refusals.Record(RefusalKinds.RegistrationThrottled, caller);
            return new UpstreamOutcome.TooManyTries(wait);
        }

        if (await accounts.FindAsync(email, cancellationToken) is not null) return await TakenAsync(identity, caller, cancellationToken);
        if (!identity.Provider.CreateAccounts) return new UpstreamOutcome.NoAccount();
        return await CreateAsync(identity, caller) ?? await TakenAsync(identity, caller, cancellationToken);
    }

    // The same person, who signs in for the first time in several places at once, has made it meanwhile.
    private async Task<UpstreamOutcome> TakenAsync(UpstreamIdentity identity, Caller caller, CancellationToken cancellationToken) =>
        await FindAsync(identity, caller, cancellationToken)
        // Somebody who has put another person's address into their account elsewhere must not get that person to connect the two.
        ?? (identity.EmailProven ? new UpstreamOutcome.AddressTaken(identity.Email!) : new UpstreamOutcome.NotProven());

    /// <returns>Null when address or sign-in have an account by now.</returns>
    private async Task<UpstreamOutcome?> CreateAsync(UpstreamIdentity identity, Caller caller)
    {
        // A caller who goes away must not leave it half done: the transaction decides, not the connection.
        var stop = CancellationToken.None;
        var now = time.GetUtcNow();
        var user = new User
        {
            Id = Guid.CreateVersion7(now),
            Email = identity.Email,
            EmailConfirmed = identity.EmailProven,
            PasswordHash = User.NoPassword,
            FirstName = identity.FirstName,
            LastName = identity.LastName,
        };
        var record = AuditTrail.Describe(
            now.UtcDateTime, AuditKinds.UserCreated, caller, user.Id, user.Id, detail: "signed up by " + identity.Provider.Name);
        await using var transaction = await db.Database.BeginTransactionAsync(stop);
        if (await insertion.InsertAsync(user, [], record, request: null) != Insertion.Done) return null;
        if (!await links.TryInsertAsync(identity, user.Id, caller, sessionId: null)) return null;
        await db.SaveChangesAsync(stop);
        await transaction.CommitAsync(stop);
        return new UpstreamOutcome.SignedIn(user, IsNew: true);
    }

    [LoggerMessage(
        Level = LogLevel.Information, Message = "Sign-in refused: the account is disabled. User: {UserId}, provider: {Provider}.")]
    private static partial void LogDisabled(ILogger logger, Guid userId, string provider);
}
