using System.Buffers.Text;
using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Telemetry;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Passkeys;

/// <summary>What a page needs for a ceremony of WebAuthn.</summary>
/// <param name="OptionsJson">For navigator.credentials.</param>
/// <param name="State">Comes back with the answer of the browser.</param>
public sealed record PasskeyQuestion(string OptionsJson, string State);

/// <summary>A person whom a passkey has proved.</summary>
/// <param name="Amr">How, in the words of RFC 8176.</param>
public sealed record PasskeyProof(User User, IReadOnlyCollection<string> Amr);

/// <summary>Signs a person in with a passkey, alone or after a password; the session is opened by the caller.</summary>
public sealed partial class PasskeySignIn(
    PasskeyHandler<User> handler, PasskeyChallenges challenges, AuthDbContext db, Refusals refusals, AuthMeter meter, TimeProvider time,
    ILogger<PasskeySignIn> logger)
{
    /// <summary>For any person: the browser shows whose passkeys it has, and the server names none.</summary>
    public async Task<PasskeyQuestion> AskAsync(HttpContext http, string browser)
    {
        var asked = await handler.MakeRequestOptionsAsync(user: null, http);
        return new(asked.RequestOptionsJson, challenges.Seal(PasskeyAct.SignIn, browser, asked.AssertionState!));
    }

    /// <returns>Null when it is refused; the log says why, and the person does not learn whether there is such a passkey.</returns>
    public async Task<PasskeyProof?> SignInAsync(HttpContext http, string browser, string state, string credentialJson, Caller caller)
    {
        var proof = await JudgeAsync(PasskeyAct.SignIn, http, browser, state, credentialJson);
        if (proof is { User.IsOpenToItsPerson: false })
        {
            LogRefused(logger, proof.User.Id, "The account is disabled.");
            proof = null;
        }

        meter.SignIn(proof is null ? "wrong" : "right");
        if (proof is null) refusals.Record(RefusalKinds.SignInFailed, caller);
        return proof;
    }

    /// <summary>
    /// The name of the passkey in an answer that was refused, if no account has it: the browser need not offer it any more.
    /// </summary>
    public async Task<string?> UnknownAsync(string credentialJson, CancellationToken cancellationToken)
    {
        var id = CredentialJson.IdOf(credentialJson);
        return id is null || await db.Passkeys.AnyAsync(p => p.CredentialId == id, cancellationToken) ? null : Base64Url.EncodeToString(id);
    }

    /// <summary>For a person who has given a password: the browser gets the names of their passkeys.</summary>
    public async Task<PasskeyQuestion> AskAsync(HttpContext http, string browser, User user)
    {
        var asked = await handler.MakeRequestOptionsAsync(user, http);
        return new(asked.RequestOptionsJson, challenges.Seal(PasskeyAct.SecondStep, browser, asked.AssertionState!));
    }

    /// <summary>A passkey in the place of a code.</summary>
    /// <returns>Null when it is refused, or is of another account than the password.</returns>
    public async Task<PasskeyProof?> ProveAsync(
        HttpContext http, string browser, User user, string state, string credentialJson, Caller caller)
    {
        var proof = await JudgeAsync(PasskeyAct.SecondStep, http, browser, state, credentialJson);
        if (proof is not null && (proof.User.Id != user.Id || proof.User.DisabledAt is not null))
        {
            LogRefused(logger, user.Id, "The passkey is of another account, or the account is disabled.");
            proof = null;
        }

        meter.SecondFactor(proof is null ? "wrong" : "passkey");
        if (proof is null) refusals.Record(RefusalKinds.SecondFactorFailed, caller);
        return proof;
    }

    private async Task<PasskeyProof?> JudgeAsync(
        PasskeyAct act, HttpContext http, string browser, string state, string credentialJson)
    {
        if (await challenges.TakeAsync(act, browser, state, http.RequestAborted) is not { } asked)
        {
            LogRefused(logger, null, "The challenge is not of this browser, has expired, or was answered before.");
            return null;
        }

        var result = await handler.PerformAssertionAsync(
            new() { HttpContext = http, CredentialJson = credentialJson, AssertionState = asked });
        if (!result.Succeeded)
        {
            LogRefused(logger, null, result.Failure.Message);
            return null;
        }

        var (user, passkey) = (result.User, result.Passkey);
        // Of two assertions with one counter, and of an assertion and a removal, one succeeds.
        var now = time.GetUtcNow().UtcDateTime;
        var credential = passkey.CredentialId;
        var count = (long)passkey.SignCount;
        var moved = await db.Passkeys
            .Where(p => p.UserId == user.Id && p.CredentialId == credential && (p.SignCount < count || (count == 0 && p.SignCount == 0)))
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.SignCount, count).SetProperty(p => p.IsBackedUp, passkey.IsBackedUp)
                .SetProperty(p => p.LastUsedAt, now), http.RequestAborted);
        if (moved == 1) return new(user, PasskeyRules.MethodsOf(passkey.IsBackupEligible));
        LogRefused(logger, user.Id, "The passkey was used or removed meanwhile.");
        return null;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Sign-in by passkey refused. User: {UserId}. {Reason}")]
    private static partial void LogRefused(ILogger logger, Guid? userId, string reason);
}
