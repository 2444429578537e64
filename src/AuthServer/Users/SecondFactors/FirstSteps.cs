using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;
using AuthServer.Users.SignIn;
using Microsoft.AspNetCore.DataProtection;

namespace AuthServer.Users.SecondFactors;

/// <summary>A right password whose second step is still to come.</summary>
/// <param name="Id">Counts once.</param>
/// <param name="Stamp">Of the account then: a password that changed, or an account that was disabled, ends it.</param>
/// <param name="At">UTC.</param>
/// <param name="Keep">"Keep me signed in"; means nothing to an app.</param>
/// <param name="ClientId">The app; null for the pages.</param>
/// <param name="Scopes">Of the session that the app is to get.</param>
public sealed record FirstStep(
    Guid Id, Guid UserId, string Stamp, DateTime At, bool Keep, string? ClientId = null, string? Scopes = null);

/// <summary>
/// Carries a <see cref="FirstStep"/> from the password to the code, sealed: in a cookie of the browser, or as the challenge of an app.
/// </summary>
/// <remarks>
/// It is worth nothing without a code, because only a right code opens a session. It cannot be made outside of this server, not be moved to
/// another account, which it names, and not be used twice.
/// </remarks>
public sealed class FirstSteps(IDataProtectionProvider protection, SqlRunner sql, AccountLookup accounts, TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private const int LongestText = 4096;

    private const string UseSql = "INSERT INTO used_assertions (id, expires_at) VALUES (@id, @until) ON CONFLICT (id) DO NOTHING";

    // One of the pages is no challenge of an app, and the reverse.
    private readonly IDataProtector _pages = protection.CreateProtector("authplatform/first-step/page/1");
    private readonly IDataProtector _apps = protection.CreateProtector("authplatform/first-step/app/1");

    public FirstStep New(User user, bool keep) => new(
        Guid.CreateVersion7(time.GetUtcNow()), user.Id, user.SecurityStamp!, time.GetUtcNow().UtcDateTime, keep);

    public string Seal(FirstStep step) =>
        Base64Url.EncodeToString(ProtectorOf(step.ClientId is not null).Protect(JsonSerializer.SerializeToUtf8Bytes(step)));

    /// <param name="ofApp">Whether it must be the challenge of an app.</param>
    /// <returns>The step and its account as it is now; null when it is not ours, too old, used up, or the account has changed.</returns>
    public async Task<(FirstStep Step, User User)?> OpenAsync(string? text, bool ofApp, CancellationToken cancellationToken)
    {
        if (Read(text, ofApp) is not { } step || time.GetUtcNow().UtcDateTime - step.At >= Life) return null;
        var user = await accounts.FindAsync(step.UserId, cancellationToken);
        return user is { DisabledAt: null } && user.SecurityStamp == step.Stamp ? (step, user) : null;
    }

    /// <summary>Called once the code is right: of several callers with one step, one goes on.</summary>
    public async Task<bool> TryUseAsync(FirstStep step) =>
        await sql.ExecuteAsync(
            UseSql,
            values => values.Add("id", Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes($"first-step\0{step.Id:N}"))))
                .Add("until", step.At + Life),
            CancellationToken.None) == 1;

    private FirstStep? Read(string? text, bool ofApp)
    {
        if (text is not { Length: > 0 and < LongestText } || !Base64Url.IsValid(text)) return null;
        try
        {
            return JsonSerializer.Deserialize<FirstStep>(ProtectorOf(ofApp).Unprotect(Base64Url.DecodeFromChars(text)));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private IDataProtector ProtectorOf(bool ofApp) => ofApp ? _apps : _pages;
}
