using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Ui.Emails;
using AuthServer.Users.Notices;
using AuthServer.Users.Proofs;
using AuthServer.Users.Providers;
using AuthServer.Users.SignIn;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Passkeys;

/// <summary>What became of a new passkey.</summary>
public enum PasskeyAddition
{
    Added,

    /// <summary>The answer of the browser is not one to this challenge; the log says why.</summary>
    Refused,
    TooMany,
}

/// <summary>What became of the removal of a passkey.</summary>
public enum PasskeyRemoval
{
    Removed,

    /// <summary>The person has no such passkey, or is signed out meanwhile.</summary>
    NotThere,

    /// <summary>It is the only way into the account.</summary>
    LastWayIn,
}

/// <summary>The passkeys of one person: adds, names, lists and removes them.</summary>
public sealed partial class PersonPasskeys(
    PasskeyHandler<User> handler, PasskeyChallenges challenges, PasskeyRules rules, AuthDbContext db, ConfirmationRules confirmation,
    AccountWaysIn waysIn, WayInNotice notice, PasskeyProviders providers, TimeProvider time, ILogger<PersonPasskeys> logger)
{
    public async Task<IReadOnlyList<Passkey>> ListAsync(Guid userId, CancellationToken cancellationToken) =>
        await db.Passkeys.AsNoTracking().Where(p => p.UserId == userId).OrderBy(p => p.Id).ToListAsync(cancellationToken);

    /// <param name="displayName">What the browser calls the account beside its address.</param>
    /// <param name="silent">The browser makes it without asking the person (conditional creation).</param>
    public async Task<PasskeyQuestion> AskAsync(
        HttpContext http, string browser, Guid userId, string email, string displayName, bool silent = false)
    {
        var asked = await handler.MakeCreationOptionsAsync(
            new() { Id = userId.ToString(), Name = email, DisplayName = displayName.Length == 0 ? email : displayName }, http);
        return new(asked.CreationOptionsJson, challenges.Seal(ActOf(silent), browser, asked.AttestationState!));
    }

    /// <param name="browser">The secret of the browser; for an app what <see cref="AppOf"/> makes.</param>
    public async Task<PasskeyAddition> AddAsync(
        HttpContext http, string browser, string state, string credentialJson, Guid userId, Guid sessionId, Caller caller,
        bool silent = false) =>
        (await AddRowAsync(http, browser, state, credentialJson, userId, sessionId, caller, clientId: null, silent)).Outcome;

    /// <summary>Whom a challenge belongs to that an app has asked for: this session of this app.</summary>
    public static string AppOf(Guid sessionId, string clientId) => $"app {sessionId:N} {clientId}";

    /// <summary>Through an app of the operator.</summary>
    /// <returns>The row where it was added.</returns>
    public Task<(PasskeyAddition Outcome, Passkey? Row)> AddByAppAsync(
        HttpContext http, string state, string credentialJson, Guid userId, Guid sessionId, string clientId, Caller caller) =>
        AddRowAsync(http, AppOf(sessionId, clientId), state, credentialJson, userId, sessionId, caller, clientId, silent: false);

    private async Task<(PasskeyAddition Outcome, Passkey? Row)> AddRowAsync(
        HttpContext http, string browser, string state, string credentialJson, Guid userId, Guid sessionId, Caller caller,
        string? clientId, bool silent)
    {
        if (await JudgeAsync(http, browser, state, credentialJson, userId, silent) is not { } row)
        {
            return (PasskeyAddition.Refused, null);
        }

        if (confirmation.AreProven && !await db.Users.AnyAsync(u => u.Id == userId && u.EmailConfirmed, http.RequestAborted))
        {
            Refuse(userId, "The address of the account is not confirmed.");
            return (PasskeyAddition.Refused, null);
        }

        await using var transaction = await db.Database.BeginTransactionAsync(http.RequestAborted);
        // The row of the account first: additions at once wait for each other there, and one of a session that has ended stops there.
        var held = await db.Users.Where(u => u.Id == userId).OfSession(db, sessionId).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.UpdatedAt, time.GetUtcNow().UtcDateTime), http.RequestAborted);
        if (held == 0)
        {
            Refuse(userId, "The session has ended meanwhile.");
            return (PasskeyAddition.Refused, null);
        }

        if (await db.Passkeys.CountAsync(p => p.UserId == userId, http.RequestAborted) >= PasskeyRules.MostPerAccount)
        {
            return (PasskeyAddition.TooMany, null);
        }

        db.Passkeys.Add(row);
        AuditTrail.Record(
            db, row.CreatedAt, AuditKinds.PasskeyAdded, caller, userId, userId, clientId, sessionId, row.Name);
        await notice.AddAsync(userId, WayInChange.PasskeyAdded, row.Name);
        await db.SaveChangesAsync(http.RequestAborted);
        await transaction.CommitAsync(http.RequestAborted);
        notice.Wake();
        return (PasskeyAddition.Added, row);
    }

    /// <summary>Judges the answer of the browser to a registration.</summary>
    /// <param name="userId">Whose passkey it is to be; the account may not be there yet.</param>
    /// <returns>The row to write; null when it is refused, and the log says why.</returns>
    internal async Task<Passkey?> JudgeAsync(
        HttpContext http, string browser, string state, string credentialJson, Guid userId, bool silent = false)
    {
        if (await challenges.TakeAsync(ActOf(silent), browser, state, http.RequestAborted) is not { } asked)
        {
            return Refuse(userId, "The challenge is not of this browser, has expired, or was answered before.");
        }

        if (silent) credentialJson = SilentRegistration.Accept(credentialJson, rules.Domain);
        var result = await handler.PerformAttestationAsync(
            new() { HttpContext = http, CredentialJson = credentialJson, AttestationState = asked });
        if (!result.Succeeded) return Refuse(userId, result.Failure.Message);
        // Another person has signed in since the challenge was made.
        if (result.UserEntity.Id != userId.ToString()) return Refuse(userId, "The challenge is of another account.");
        var now = time.GetUtcNow();
        var aaguid = CredentialJson.AaguidOf(credentialJson);
        return new Passkey
        {
            Id = Guid.CreateVersion7(now),
            UserId = userId,
            CredentialId = result.Passkey.CredentialId,
            PublicKey = result.Passkey.PublicKey,
            Name = providers.NameOf(aaguid) ?? "",
            SignCount = result.Passkey.SignCount,
            Transports = string.Join(' ', (result.Passkey.Transports ?? []).Where(IsKnown)),
            Aaguid = aaguid,
            IsBackupEligible = result.Passkey.IsBackupEligible,
            IsBackedUp = result.Passkey.IsBackedUp,
            CreatedAt = now.UtcDateTime,
        };
    }

    /// <returns>False when the person has no such passkey.</returns>
    public async Task<bool> RenameAsync(Guid userId, Guid id, string name, CancellationToken cancellationToken) =>
        await db.Passkeys.Where(p => p.Id == id && p.UserId == userId)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.Name, name), cancellationToken) == 1;

    public async Task<PasskeyRemoval> RemoveAsync(
        Guid userId, Guid id, Guid sessionId, Caller caller, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // A removal of the password, or of another way in, at the same time waits here.
        if (!await waysIn.HoldAsync(userId, sessionId, cancellationToken)) return PasskeyRemoval.NotThere;
        var model = await db.Passkeys.Where(p => p.Id == id && p.UserId == userId).Select(p => p.Aaguid)
            .FirstOrDefaultAsync(cancellationToken);
        var removed = await db.Passkeys.Where(p => p.Id == id && p.UserId == userId).ExecuteDeleteAsync(cancellationToken);
        if (removed == 0) return PasskeyRemoval.NotThere;
        if (!(await waysIn.FindAsync(userId, cancellationToken)).OpenTheAccount) return PasskeyRemoval.LastWayIn;
        await UselessCodes.RemoveAsync(db, userId, cancellationToken);
        var now = time.GetUtcNow().UtcDateTime;
        AuditTrail.Record(db, now, AuditKinds.PasskeyRemoved, caller, userId, userId, sessionId: sessionId);
        await notice.AddAsync(userId, WayInChange.PasskeyRemoved, providers.NameOf(model));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        notice.Wake();
        return PasskeyRemoval.Removed;
    }

    private static PasskeyAct ActOf(bool silent) => silent ? PasskeyAct.SilentRegistration : PasskeyAct.Registration;

    // WebAuthn Level 3 section 5.8.4: a browser may send others, which no browser would understand later.
    private static bool IsKnown(string transport) => transport is "usb" or "nfc" or "ble" or "smart-card" or "hybrid" or "internal";

    private Passkey? Refuse(Guid userId, string reason)
    {
        LogRefused(logger, userId, reason);
        return null;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A new passkey was refused. User: {UserId}. {Reason}")]
    private static partial void LogRefused(ILogger logger, Guid userId, string reason);
}
