using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.Telemetry;

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
}

/// <summary>Judges the code of an authenticator app, or a recovery code in its place; each counts once.</summary>
public sealed partial class SecondFactorCheck(
    AuthenticatorApps apps, RecoveryCodes recoveryCodes, SecondFactorThrottle throttle, Refusals refusals, AuthMeter meter,
    ILogger<SecondFactorCheck> logger)
{
    private const int LongestText = 64;

    /// <param name="typed">As the person typed it, in any grouping.</param>
    /// <param name="knownDevice">As for a password: the failures of strangers do not keep the owner out at a known device.</param>
    public async Task<SecondFactorOutcome> JudgeAsync(
        User user, string typed, Caller caller, string? knownDevice, CancellationToken cancellationToken)
    {
        var attempt = throttle.Of(user.Id, caller.Address, knownDevice);
        if ((await throttle.TakeAsync(user.Id, knownDevice) ?? await attempt.EnterAsync()) is { } wait)
        {
            meter.SecondFactor("throttled");
            meter.RateLimited("second_factor");
            refusals.Record(RefusalKinds.SecondFactorThrottled, caller);
            return new SecondFactorOutcome.TooManyTries(wait);
        }

        var code = typed.Length > LongestText ? "" : string.Concat(typed.Where(char.IsLetterOrDigit));
        var byApp = code.Length == Totp.Digits && code.All(char.IsAsciiDigit);
        var right = byApp
            ? await apps.TryUseAsync(user.Id, code, cancellationToken)
            : await recoveryCodes.TryUseAsync(user.Id, code, caller, cancellationToken);
        if (right)
        {
            await attempt.SucceededAsync();
            meter.SecondFactor(byApp ? "app" : "recovery_code");
            return new SecondFactorOutcome.Right();
        }

        await attempt.FailedAsync();
        meter.SecondFactor("wrong");
        refusals.Record(RefusalKinds.SecondFactorFailed, caller);
        LogRefused(logger, user.Id);
        return new SecondFactorOutcome.Wrong();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Second factor refused. User: {UserId}.")]
    private static partial void LogRefused(ILogger logger, Guid userId);
}
