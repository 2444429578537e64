using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Data;
using AuthServer.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Sessions;

/// <summary>Deletes a client: the sessions that it has opened end first, then it goes with its consents and codes.</summary>
/// <remarks>
/// Running servers may know the client for up to ten seconds more; the next client of this name ends what they opened meanwhile.
/// </remarks>
public sealed class ClientDeletion(AuthDbContext db, SessionEnding ending, TimeProvider time)
{
    public async Task<DeletedWith> CountAsync(string clientId, CancellationToken cancellationToken) => new(
        await db.Sessions.OfClient(clientId).CountAsync(cancellationToken),
        await db.Authorizations.CountAsync(a => a.Application!.ClientId == clientId, cancellationToken));

    /// <summary>Deletes it in the caller's transaction, or in one of its own.</summary>
    /// <param name="by">Who decided it, for the audit trail.</param>
    /// <returns>What went with it; null when there is no such client.</returns>
    public async Task<DeletedWith?> DeleteAsync(string clientId, string by, CancellationToken cancellationToken) =>
        (await DeleteAsync(clientId, by, isToBeUnused: false, cancellationToken)).With;

    /// <summary>The same for a client that somebody may be about to use: then it stays.</summary>
    /// <returns>Whether it is gone.</returns>
    public async Task<bool> DeleteUnusedAsync(string clientId, string by, CancellationToken cancellationToken) =>
        (await DeleteAsync(clientId, by, isToBeUnused: true, cancellationToken)).IsGone;

    private async Task<(bool IsGone, DeletedWith? With)> DeleteAsync(
        string clientId, string by, bool isToBeUnused, CancellationToken cancellationToken)
    {
        await using var own = db.Database.CurrentTransaction is null ? await db.Database.BeginTransactionAsync(cancellationToken) : null;
        var found = await db.Clients.Where(c => c.ClientId == clientId).Select(c => new { c.Id, c.Properties })
            .FirstOrDefaultAsync(cancellationToken);
        if (found is null) return (true, null);
        var id = found.Id;
        // Codes and consents that are being written hold a key-share lock on the row (foreign key): wait for them, and let no more begin.
        if (db.Database.IsNpgsql())
        {
            await db.Database.ExecuteSqlAsync($"SELECT 1 FROM clients WHERE id = {id} FOR UPDATE", cancellationToken);
        }

        // Under the lock: what was begun before it counts, and nothing begins any more.
        if (isToBeUnused && await db.Clients.Where(c => c.Id == id).Used(db).AnyAsync(cancellationToken)) return (false, null);
        var sessions = await ending.EndAllOfClientAsync(clientId, EndReason.ClientDeleted, Caller.System, cancellationToken);
        if (IsToldEncrypted(found.Properties))
        {
            // Its keys go with it, and a token in the clear would show what the client wanted shown to nobody (Back-Channel Logout 1.0
            // section 2.6).
            await db.LogoutNotices.Where(n => n.ClientId == clientId && n.SigningAlg != LogoutNotice.OfRequest)
                .ExecuteDeleteAsync(cancellationToken);
        }
        await db.Tokens.Where(t => t.Application!.Id == id).ExecuteDeleteAsync(cancellationToken);
        var consents = await db.Authorizations.Where(a => a.Application!.Id == id).ExecuteDeleteAsync(cancellationToken);
        if (await db.Clients.Where(c => c.Id == id).ExecuteDeleteAsync(cancellationToken) == 0) return (true, null);

        var belongings = new DeletedWith(sessions, consents);
        var now = time.GetUtcNow().UtcDateTime;
        AuditTrail.Record(db, now, AuditKinds.ClientDeleted, Caller.System, clientId: clientId, detail: $"{by}: {belongings}");
        await db.SaveChangesAsync(cancellationToken);
        if (own is not null) await own.CommitAsync(cancellationToken);
        return (true, belongings);
    }

    private static bool IsToldEncrypted(string? properties) =>
        ClientMetadataReader.ReadLeniently(ClientColumns.ReadMetadata(properties)).Tokens.Encryption.IdToken is not null;
}
