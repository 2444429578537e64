using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;
using AuthServer.RateLimits;
using AuthServer.Telemetry;
using AuthServer.Users.EmailAddresses;
using AuthServer.Users.Passwords;

namespace AuthServer.Users.SignIn;

/// <summary>What became of an attempt to sign in.</summary>
public abstract record SignInOutcome
{
    private SignInOutcome()
    {
    }

    public sealed record SignedIn(User User) : SignInOutcome;

    /// <summary>Wrong password, unknown address or disabled account: the caller cannot tell which.</summary>
    public sealed record Refused : SignInOutcome;

    /// <summary>The password is right, and the account is disabled until it is deleted: its person may keep it.</summary>
    public sealed record ToBeDeleted(User User, DateTime At) : SignInOutcome;

    public sealed record TooManyTries(TimeSpan RetryAfter) : SignInOutcome;

    public sealed record Busy(TimeSpan RetryAfter) : SignInOutcome;
}

/// <summary>Signs a person in with e-mail address and password; the session is opened by the caller.</summary>
public sealed partial class PasswordSignIn(
    SqlRunner sql, AccountLookup accounts, PasswordVerification passwords, SignInThrottle throttle, Refusals refusals, AuthMeter meter,
    TimeProvider time, ILogger<PasswordSignIn> logger)
{
    // Only over the hash that was just verified: a password that changed meanwhile stays changed.
    private const string RehashSql = "UPDATE users SET password_hash = @hash, updated_at = @now WHERE id = @id AND password_hash = @old";

    /// <param name="device">Of a browser or app where this account signed in before (<see cref="KnownDevice"/>): its failures count
    /// apart, so that the wrong passwords of strangers do not keep the owner out.</param>
    public async Task<SignInOutcome> SignInAsync(
        string email, string password, Caller caller, CancellationToken cancellationToken, DeviceMark? device = null)
    {
        using var span = Decisions.Begin("sign in");
        var outcome = await DecideAsync(email.Trim(), password, caller, device, cancellationToken);
        span.End(outcome switch
        {
            SignInOutcome.SignedIn => "right",
            SignInOutcome.Refused => "wrong",
            SignInOutcome.ToBeDeleted => "to be deleted",
            SignInOutcome.TooManyTries => "throttled",
            _ => "busy",
        });
        return outcome;
    }

    private async Task<SignInOutcome> DecideAsync(
        string email, string password, Caller caller, DeviceMark? device, CancellationToken cancellationToken)
    {
        // Whoever has signed in before may cost a look-up before they are counted; strangers may not.
        var user = device is null ? null : await accounts.FindAsync(email, cancellationToken);
        var attempt = throttle.Of(EmailKey.Of(email), caller.Address, device?.NameFor(user));
        if (await attempt.EnterAsync() is { } wait) return TooManyTries(wait, caller);

        if (device is null) user = await accounts.FindAsync(email, cancellationToken);
        var check = await passwords.CheckAsync(user, password, cancellationToken, () => attempt.Wait is null);
        switch (check)
        {
            case PasswordCheck.Busy busy:
                meter.SignIn("busy");
                return new SignInOutcome.Busy(busy.RetryAfter);
            case PasswordCheck.NotAdmitted:
                return TooManyTries(attempt.Wait ?? TimeSpan.FromSeconds(1), caller);
            case PasswordCheck.Right right when user is not null:
                await attempt.SucceededAsync();
                meter.SignIn("right");
                if (user.DeleteAfter is { } at) return new SignInOutcome.ToBeDeleted(user, at);
                if (right.RehashNeeded) await RehashAsync(user, password, cancellationToken);
                return new SignInOutcome.SignedIn(user);
            default:
                await attempt.FailedAsync();
                meter.SignIn("wrong");
                refusals.Record(RefusalKinds.SignInFailed, caller);
                LogRefused(logger, user?.Id, user?.DisabledAt is not null);
                return new SignInOutcome.Refused();
        }
    }

    private SignInOutcome.TooManyTries TooManyTries(TimeSpan wait, Caller caller)
    {
        meter.SignIn("throttled");
        meter.RateLimited("sign_in");
        refusals.Record(RefusalKinds.SignInThrottled, caller);
        return new(wait);
    }

    private async Task RehashAsync(User user, string password, CancellationToken cancellationToken)
    {
        // Under load the next sign-in does it.
        if (await passwords.HashAsync(password, cancellationToken) is not { } hash) return;
        var moved = await sql.ExecuteAsync(
            RehashSql,
            values => values.Add("hash", hash).Add("now", time.GetUtcNow().UtcDateTime).Add("id", user.Id).Add("old", user.PasswordHash),
            cancellationToken);
        if (moved == 1) user.PasswordHash = hash;
    }

    // The address that was typed is not logged: people type their password there by mistake.
    [LoggerMessage(Level = LogLevel.Information, Message = "Sign-in refused. User: {UserId}, disabled: {Disabled}.")]
    private static partial void LogRefused(ILogger logger, Guid? userId, bool disabled);
}
