using AuthServer.Audit;
using AuthServer.Clients.Registration;
using AuthServer.Data;
using AuthServer.Sessions;
using AuthServer.Users.Administration;
using AuthServer.Users.EmailAddresses;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Seeding;

/// <summary>Deletes what a seed file says is absent, with everything that belongs to it.</summary>
public sealed class SeedRemovals(
    AuthDbContext db, UserRemoval users, ClientDeletion clients, ResourceRegistration resources, TimeProvider time)
{
    /// <returns>What was deleted, in words; null when it was not there.</returns>
    internal async Task<string?> ApplyAsync(SeedRemoval removal, CancellationToken cancellation) => removal.Kind switch
    {
        SeedKind.Resource => await RemoveResourceAsync(removal.Named, cancellation),
        SeedKind.Client => await RemoveClientAsync(removal.Named, cancellation),
        SeedKind.User => await RemoveUserAsync(removal.Named, cancellation),
        _ => await db.Scopes.Where(s => s.Name == removal.Named).ExecuteDeleteAsync(cancellation) > 0 ? $"scope {removal.Named}" : null,
    };

    private async Task<string?> RemoveResourceAsync(string identifier, CancellationToken cancellation)
    {
        if (await resources.FindAsync(identifier, cancellation) is not { } row) return null;
        resources.Remove(row, "seed");
        await db.SaveChangesAsync(cancellation);
        return $"resource {identifier}";
    }

    private async Task<string?> RemoveClientAsync(string clientId, CancellationToken cancellation) =>
        await clients.DeleteAsync(clientId, "seed", cancellation) is { } gone ? $"client {clientId} ({gone})" : null;

    private async Task<string?> RemoveUserAsync(string email, CancellationToken cancellation)
    {
        var key = EmailKey.Of(email);
        var found = await db.Users.Where(u => u.NormalizedEmail == key).Select(u => (Guid?)u.Id).FirstOrDefaultAsync(cancellation);
        if (found is not { } id) return null;
        if (await users.RemoveAsync(id, version: null, actor: null, Caller.System, cancellation) is not { } gone) return null;
        AuditTrail.Record(db, time.GetUtcNow().UtcDateTime, AuditKinds.UserDeleted, Caller.System, subject: id, detail: "seed");
        await db.SaveChangesAsync(cancellation);
        return $"user {email} ({gone})";
    }
}
