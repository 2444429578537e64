using AuthServer.Data.Entities;
using AuthServer.RateLimits;
using AuthServer.Users.EmailAddresses;
using AuthServer.Users.Passwords;
using AuthServer.Users.SignIn;

namespace AuthServer.Users.Administration;

/// <summary>
/// Makes sure that e-mail address and password of an account are changed by its person, and not with a stolen token or an open browser.
/// </summary>
public sealed class OwnershipProof(
    PasswordVerification passwords, SignInMethodOptions methods, SignInThrottle throttle, TimeProvider time)
{
    /// <returns>Null when it is proven. A wrong password counts like one at sign-in.</returns>
    public async Task<ChangeResult?> CheckAsync(
        User user, string? currentPassword, AccountActor.Person actor, CancellationToken cancellationToken)
    {
        if (currentPassword is null || !methods.Password)
        {
            return RecentSignIn.Is(actor.AuthTime, time) ? null : new ChangeResult.ProofRequired(WrongPassword: false);
        }

        // A session of the account is a device that it knows: guesses elsewhere do not keep its owner from changing the password.
        var attempt = throttle.Of(EmailKey.Of(user.Email!), actor.Caller.Address, knownDevice: actor.SessionId.ToString());
        if (await attempt.EnterAsync() is { } wait) return new ChangeResult.TooManyTries(wait);
        switch (await passwords.CheckAsync(user, currentPassword, cancellationToken, () => attempt.Wait is null))
        {
            case PasswordCheck.Busy busy:
                return new ChangeResult.Busy(busy.RetryAfter);
            case PasswordCheck.NotAdmitted:
                return new ChangeResult.TooManyTries(attempt.Wait ?? TimeSpan.FromSeconds(1));
            case PasswordCheck.Right:
                await attempt.SucceededAsync();
                return null;
            default:
                await attempt.FailedAsync();
                return new ChangeResult.ProofRequired(WrongPassword: true);
        }
    }
}
