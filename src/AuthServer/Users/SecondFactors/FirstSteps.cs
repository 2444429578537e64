using System.Text;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;
using AuthServer.Keys;
using AuthServer.Sessions;
using AuthServer.Users.SignIn;
using Microsoft.AspNetCore.DataProtection;

namespace AuthServer.Users.SecondFactors;

/// <summary>How a person has proved who they are, before any second step.</summary>
/// <param name="Amr">In the words of RFC 8176.</param>
/// <param name="AuthTime">When it was proved, in UTC; null: now.</param>
/// <param name="Provider">The name of another provider that says so.</param>
public sealed record FirstFactor(string Amr, DateTime? AuthTime = null, string? Provider = null)
{
    public static FirstFactor Password { get; } = new(AuthenticationMethods.Password);

    /// <summary>A code or a link that was mailed.</summary>
    public static FirstFactor MailedCode { get; } = new(AuthenticationMethods.OneTimeCode);
}

/// <summary>A right password, or another first factor, whose second step is still to come.</summary>
/// <param name="Id">Counts once.</param>
/// <param name="Stamp">Of the account then: a password that changed, or an account that was disabled, ends it.</param>
/// <param name="At">UTC.</param>
/// <param name="Keep">"Keep me signed in"; means nothing to an app.</param>
/// <param name="ClientId">The app; null for the pages.</param>
/// <param name="Scopes">Of the session that the app is to get.</param>
/// <param name="Amr">The first factor, in the words of RFC 8176.</param>
/// <param name="Able">Whether the device of the pages can keep passkeys.</param>
/// <param name="AuthTime">When it was proved, in UTC; null: now.</param>
/// <param name="Provider">The name of another provider that says so.</param>
public sealed record FirstStep(
    Guid Id, Guid UserId, string Stamp, DateTime At, bool Keep, string? ClientId = null, string? Scopes = null,
    string Amr = AuthenticationMethods.Password, bool Able = false, DateTime? AuthTime = null, string? Provider = null);

/// <summary>
/// Carries a <see cref="FirstStep"/> from the password to the code, sealed: in a cookie of the browser, or as the challenge of an app.
/// </summary>
/// <remarks>
/// It is worth nothing without a code, because only a right code opens a session. It cannot be made outside of this server, not be moved to
/// another account, which it names, and not be used twice.
/// </remarks>
public sealed class FirstSteps(IDataProtectionProvider protection, UsedOnce used, AccountLookup accounts, TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    // One of the pages is no challenge of an app, and the reverse.
    private readonly SealedText _pages = new(protection, "authplatform/first-step/page/1");
    private readonly SealedText _apps = new(protection, "authplatform/first-step/app/1");

    public FirstStep New(User user, bool keep, FirstFactor first, bool able = false) => new(
        Guid.CreateVersion7(time.GetUtcNow()), user.Id, user.SecurityStamp!, time.GetUtcNow().UtcDateTime, keep, Amr: first.Amr, Able: able,
        AuthTime: first.AuthTime, Provider: first.Provider);

    public string Seal(FirstStep step) => SealOf(step.ClientId is not null).Seal(step);

    /// <param name="ofApp">Whether it must be the challenge of an app.</param>
    /// <returns>The step and its account as it is now; null when it is not ours, too old, used up, or the account has changed.</returns>
    public async Task<(FirstStep Step, User User)?> OpenAsync(string? text, bool ofApp, CancellationToken cancellationToken)
    {
        if (SealOf(ofApp).Open<FirstStep>(text) is not { } step || time.GetUtcNow().UtcDateTime - step.At >= Life) return null;
        var user = await accounts.FindAsync(step.UserId, cancellationToken);
        return user is { DisabledAt: null } && user.SecurityStamp == step.Stamp ? (step, user) : null;
    }

    /// <summary>Called once the code is right: of several callers with one step, one goes on.</summary>
    public Task<bool> TryUseAsync(FirstStep step) =>
        used.TryAsync(Encoding.ASCII.GetBytes($"first-step\0{step.Id:N}"), step.At + Life, CancellationToken.None);

    private SealedText SealOf(bool ofApp) => ofApp ? _apps : _pages;
}
