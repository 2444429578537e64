using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Sql;
using AuthServer.Ui.Emails;
using AuthServer.Users.Notices;
using AuthServer.Users.Passkeys;
using AuthServer.Users.Providers;
using AuthServer.Users.SecondFactors;
using AuthServer.Users.Upstream;
using Microsoft.EntityFrameworkCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Users.Mailboxes;

public enum AddedKind
{
    Passkey,
    App,

    /// <summary>Others than those that came with the app.</summary>
    RecoveryCodes,
    Provider,

    /// <summary>What was allowed to an app of others, or of the operator.</summary>
    AllowedApp,
}

/// <param name="Name">What the person knows it by, if it has a name.</param>
/// <param name="At">UTC.</param>
public sealed record AddedWay(AddedKind Kind, string? Name, DateTime At)
{
    /// <summary>Whether it stands for a second factor.</summary>
    public bool IsFactor => Kind is AddedKind.Passkey or AddedKind.App or AddedKind.RecoveryCodes;
}

/// <summary>
/// What was added to an account since a moment, beside its password: whoever was in it may have left it behind. Remembered devices are not
/// among it, because they end with the password.
/// </summary>
public sealed class AddedWays(
    AuthDbContext db, SqlRunner sql, AuthenticatorApps apps, SecondFactorChanges factors, SecondFactorRequirement requirement,
    UpstreamLinks links, UpstreamProviders providers, WayInNotice notice, TimeProvider time)
{
    /// <summary>How long back a person who resets the password looks: as long as a change of the address can be taken back.</summary>
    private static readonly TimeSpan Lately = EmailChange.UndoLife;

    private static readonly CancellationToken Stop = CancellationToken.None;

    private DateTime Since => time.GetUtcNow().UtcDateTime - Lately;

    /// <summary>What was added lately, the latest first.</summary>
    public async Task<IReadOnlyList<AddedWay>> ListAsync(Guid user, CancellationToken cancellationToken)
    {
        var (since, subject) = (Since, user.ToString());
        var ways = await db.Passkeys.Where(p => p.UserId == user && p.CreatedAt >= since)
            .Select(p => new AddedWay(AddedKind.Passkey, p.Name, p.CreatedAt)).ToListAsync(cancellationToken);
        var codes = await db.RecoveryCodes.Where(c => c.UserId == user && c.CreatedAt >= since)
            .MaxAsync(c => (DateTime?)c.CreatedAt, cancellationToken);
        // The codes of a new app go with it.
        if (await apps.SinceAsync(user, cancellationToken) is { } app && app >= since) ways.Add(new(AddedKind.App, null, app));
        else if (codes is { } at) ways.Add(new(AddedKind.RecoveryCodes, null, at));

        ways.AddRange((await links.ListAsync(user, cancellationToken)).Where(link => link.At is null || link.At >= since)
            .Select(link => new AddedWay(AddedKind.Provider, providers.OfIssuer(link.Issuer)?.Label ?? link.Issuer, link.At ?? since)));
        var allowed = await db.Authorizations.Where(a => a.Subject == subject && a.Status == Statuses.Valid && a.CreationDate >= since)
            .Select(a => new { Name = a.Application!.DisplayName ?? a.Application.ClientId, a.CreationDate })
            .ToListAsync(cancellationToken);
        ways.AddRange(allowed.Select(a => new AddedWay(AddedKind.AllowedApp, a.Name, a.CreationDate ?? since)));
        return [.. ways.OrderByDescending(way => way.At)];
    }

    /// <summary>
    /// Whether a mail is enough to take the factors away that were added lately: not where a second factor is wanted of the person and no
    /// older one would be left, because the mailbox alone would then open the account.
    /// </summary>
    public async Task<bool> MayRemoveFactorsAsync(Guid user, CancellationToken cancellationToken)
    {
        if (await requirement.MayGoWithoutAsync(user, cancellationToken)) return true;
        var since = Since;
        return (await apps.SinceAsync(user, cancellationToken) is { } app && app < since)
            || (await requirement.HasPasskeyAsync(user, cancellationToken)
                && await db.Passkeys.AnyAsync(p => p.UserId == user && p.CreatedAt < since, cancellationToken));
    }

    /// <summary>In the caller's transaction: takes away what was added lately, as far as a mail is enough for it.</summary>
    internal async Task RemoveLateAsync(Guid user, string reason, Caller caller) =>
        await RemoveAsync(user, Since, reason, caller, await MayRemoveFactorsAsync(user, Stop));

    /// <summary>In the caller's transaction.</summary>
    /// <param name="since">UTC: what was added from then on goes.</param>
    /// <param name="reason">For the record.</param>
    internal async Task RemoveAsync(Guid user, DateTime since, string reason, Caller caller, bool withFactors = true)
    {
        if (withFactors) await RemoveFactorsAsync(user, since, reason, caller);
        await links.RemoveAsync(user, since, reason, caller);
        var subject = user.ToString();
        await db.Authorizations.Where(a => a.Subject == subject && a.CreationDate >= since).ExecuteDeleteAsync(Stop);
    }

    private async Task RemoveFactorsAsync(Guid user, DateTime since, string reason, Caller caller)
    {
        var passkeys = await db.Passkeys.Where(p => p.UserId == user && p.CreatedAt >= since).ExecuteDeleteAsync(Stop);
        if (passkeys > 0)
        {
            AuditTrail.Record(
                db, time.GetUtcNow().UtcDateTime, AuditKinds.PasskeyRemoved, caller, user, user, detail: $"{reason}: {passkeys}");
            await notice.AddAsync(user, WayInChange.PasskeysRemoved);
            await UselessCodes.RemoveAsync(db, user, Stop);
        }

        var connection = sql.Within(db);
        if (await AuthenticatorApps.IsAddedSinceAsync(connection, user, since))
        {
            await factors.RemoveAsync(user, static _ => { }, user, caller);
        }
        else
        {
            await RecoveryCodes.RemoveSinceAsync(connection, user, since);
        }
    }
}
