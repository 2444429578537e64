using System.Collections.Immutable;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Configuration;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Sessions;
using Microsoft.EntityFrameworkCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Users.MyAccount;

/// <summary>An app that a person has allowed something, or that they are signed in to.</summary>
/// <param name="Client">Null where its registration cannot be read.</param>
/// <param name="Allowed">What it may see and do; an app of the operator was not asked about.</param>
/// <param name="Since">UTC.</param>
/// <param name="LastUsed">UTC; null where the person is not signed in to it.</param>
/// <param name="Sessions">How many sessions of the app stand.</param>
public sealed record ConnectedApp(
    string ClientId, RegisteredClient? Client, AllowedThings Allowed, DateTime? Since, DateTime? LastUsed, int Sessions);

/// <summary>Lists the apps that use an account, and cuts one off.</summary>
public sealed class ConnectedApps(
    AuthDbContext db, SessionList sessions, ListedClients clients, SessionEnding ending, TimeProvider time)
{
    /// <summary>In three statements, by name.</summary>
    public async Task<IReadOnlyList<ConnectedApp>> ListAsync(Guid userId, CancellationToken cancellationToken)
    {
        var subject = userId.ToString();
        var consents = await db.Authorizations.AsNoTracking()
            .Where(a => a.Subject == subject && a.Type == AuthorizationTypes.Permanent && a.Status == Statuses.Valid)
            .Select(a => new { a.Application!.ClientId, a.Scopes, a.Properties, a.CreationDate }).ToListAsync(cancellationToken);
        var open = (await sessions.ListAsync(userId, cancellationToken)).Where(s => s.ClientId is not null)
            .ToLookup(s => s.ClientId!, StringComparer.Ordinal);
        var now = time.GetUtcNow().UtcDateTime;
        var given = consents.Where(c => c.ClientId is not null)
            .Select(c => (c.ClientId, c.CreationDate, Allowed: ConsentColumns.Read(c.Scopes, c.Properties)))
            .Where(c => !(c.Allowed.Ends <= now)).ToLookup(c => c.ClientId!, StringComparer.Ordinal);
        var ids = given.Select(g => g.Key).Union(open.Select(g => g.Key)).ToList();
        var registered = await clients.FindAsync(ids, cancellationToken);

        var apps = ids.Select(id =>
        {
            var allowed = given[id].Select(c => c.Allowed).ToList();
            var times = given[id].Select(c => c.CreationDate).Concat(open[id].Select(s => s.CreatedAt));
            return new ConnectedApp(
                id, registered.GetValueOrDefault(id),
                new(
                    Union(allowed.Select(a => a.Scopes).Concat(open[id].Select(s => SpaceList.Split(s.Scopes)))),
                    Union(allowed.Select(a => a.Claims)), Union(allowed.Select(a => a.Resources))) { Ends = allowed.Max(a => a.Ends) },
                times.Min(), open[id].Max(s => s.LastSeenAt), open[id].Count());
        });
        return [.. apps.OrderBy(a => a.Client?.Name ?? a.ClientId, StringComparer.CurrentCulture)];
    }

    /// <summary>Takes back what the person has allowed the app, and ends its sessions with their tokens.</summary>
    /// <returns>False when the app has nothing of this person.</returns>
    public async Task<bool> WithdrawAsync(
        Guid userId, string clientId, string? throughClient, Guid session, Caller caller, CancellationToken cancellationToken)
    {
        // PostgreSQL takes no text with U+0000, so no client is called so.
        if (clientId.Contains('\0', StringComparison.Ordinal)) return false;
        var subject = userId.ToString();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // Codes first: a redemption holds its code while it waits for the browser session, which the end of the sessions holds.
        await db.Tokens.Where(t => t.Subject == subject && t.Application!.ClientId == clientId).ExecuteDeleteAsync(cancellationToken);
        // What was allowed on another device, and has not been fetched yet (RFC 8628, CIBA), would open a session afterwards.
        var waiting = await db.PendingAuthorizations
            .Where(p => p.UserId == userId && p.State == PendingState.Approved && db.Clients.Any(
                c => c.Id == p.ClientRowId && c.ClientId == clientId))
            .ExecuteDeleteAsync(cancellationToken);
        var consents = await db.Authorizations
            .Where(a => a.Subject == subject && a.Application!.ClientId == clientId && a.Status == Statuses.Valid)
            .ExecuteUpdateAsync(
                set => set.SetProperty(a => a.Status, Statuses.Revoked)
                    .SetProperty(a => a.ConcurrencyToken, Guid.CreateVersion7().ToString()),
                cancellationToken);
        var ended = await ending.EndAllOfAppAsync(userId, clientId, EndReason.AccessWithdrawn, caller, cancellationToken);
        if (waiting + consents + ended == 0) return false;

        AuditTrail.Record(
            db, time.GetUtcNow().UtcDateTime, AuditKinds.ConsentWithdrawn, caller, userId, userId, clientId, session,
            throughClient is null ? null : "through " + throughClient);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private static ImmutableArray<string> Union(IEnumerable<ImmutableArray<string>> lists) =>
        [.. lists.SelectMany(list => list).Distinct(StringComparer.Ordinal)];
}
