using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.Telemetry;
using AuthServer.Users.Proofs;

namespace AuthServer.Users.SecondFactors;

/// <summary>What became of a code that a person typed.</summary>
public abstract record SecondFactorOutcome
{
    private SecondFactorOutcome()
    {
    }

    public sealed record Right : SecondFactorOutcome;

    /// <summary>Wrong, used before, or too old: the caller cannot tell which.</summary>
    public sealed record Wrong : SecondFactorOutcome;

    public sealed record TooManyTries(TimeSpan RetryAfter) : SecondFactorOutcome;

    /// <summary>The code of the mail was used, has expired or was tried too often: only another mail helps.</summary>
    /// <param name="IsGuess">A wrong code has just used up the last try.</param>
    public sealed record Ended(bool IsGuess) : SecondFactorOutcome;
}

/// <summary>Judges the code of an authenticator app, or a recovery code or the code of a mail in its place; each counts once.</summary>
public sealed partial class SecondFactorCheck(
    AuthenticatorApps apps, RecoveryCodes recoveryCodes, ProofCheck proofs, SecondFactorThrottle throttle, Refusals refusals,
    AuthMeter meter, ILogger<SecondFactorCheck> logger)
{
    private const int LongestText = 64;

    /// <param name="typed">As the person typed it, in any grouping and script.</param>
    /// <param name="knownDevice">As for a password: the failures of strangers do not keep the owner out at a known device.</param>
    public Task<SecondFactorOutcome> JudgeAsync(
        User user, string typed, Caller caller, string? knownDevice, CancellationToken cancellationToken)
    {
        var code = typed.Length > LongestText ? "" : TypedCode.Fold(typed);
        var byApp = code.Length == Totp.Digits && code.All(char.IsAsciiDigit);
        return JudgeAsync(user, caller, knownDevice, byApp ? "app" : "recovery_code", async () =>
            (byApp
                ? await apps.TryUseAsync(user.Id, code, cancellationToken)
                : await recoveryCodes.TryUseAsync(user.Id, code, caller, cancellationToken))
            ? new SecondFactorOutcome.Right()
            : new SecondFactorOutcome.Wrong());
    }

    /// <summary>The code of a mail, which is throttled like the others, beside the limits of mailed codes.</summary>
    /// <param name="asked">As the tab or the app held it that asked for the mail.</param>
    public Task<SecondFactorOutcome> JudgeMailAsync(
        User user, AskedProof asked, string typed, Caller caller, string? knownDevice, CancellationToken cancellationToken) =>
        JudgeAsync(user, caller, knownDevice, "mail", async () =>
            await proofs.TryCodeAsync(asked, typed, caller, cancellationToken, knownDevice) switch
            {
                CodeCheck.Right(var proof) when proof.UserId == user.Id && await proofs.UseAsync(proof, cancellationToken) =>
                    new SecondFactorOutcome.Right(),
                CodeCheck.Wrong => new SecondFactorOutcome.Wrong(),
                CodeCheck.TooManyTries(var wait) => new SecondFactorOutcome.TooManyTries(wait),
                CodeCheck.Ended(var isGuess) => new SecondFactorOutcome.Ended(isGuess),
                _ => new SecondFactorOutcome.Ended(IsGuess: false),
            });

    private async Task<SecondFactorOutcome> JudgeAsync(
        User user, Caller caller, string? knownDevice, string factor, Func<Task<SecondFactorOutcome>> tryCode)
    {
        var attempt = throttle.Of(user.Id, caller.Address, knownDevice);
        if ((await throttle.TakeAsync(user.Id, knownDevice) ?? await attempt.EnterAsync()) is { } wait)
        {
            meter.SecondFactor("throttled");
            meter.RateLimited("second_factor");
            refusals.Record(RefusalKinds.SecondFactorThrottled, caller);
            return new SecondFactorOutcome.TooManyTries(wait);
        }

        var outcome = await tryCode();
        switch (outcome)
        {
            case SecondFactorOutcome.Right:
                await attempt.SucceededAsync();
                meter.SecondFactor(factor);
                break;
            case SecondFactorOutcome.Wrong or SecondFactorOutcome.Ended { IsGuess: true }:
                await attempt.FailedAsync();
                meter.SecondFactor("wrong");
                refusals.Record(RefusalKinds.SecondFactorFailed, caller);
                LogRefused(logger, user.Id);
                break;
            default:
                meter.SecondFactor(outcome is SecondFactorOutcome.Ended ? "wrong" : "throttled");
                break;
        }

        return outcome;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Second factor refused. User: {UserId}.")]
    private static partial void LogRefused(ILogger logger, Guid userId);
}
