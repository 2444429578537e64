using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Data;
using AuthServer.Data.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Clients.Registration;

/// <summary>Writes resources into their rows, each change with its audit row, in the caller's unit of work.</summary>
public sealed class ResourceRegistration(AuthDbContext db, TimeProvider time)
{
    public Task<Resource?> FindAsync(string identifier, CancellationToken cancellation) =>
        db.Resources.FirstOrDefaultAsync(r => r.Identifier == identifier, cancellation);

    /// <param name="by">Who decided it, for the audit trail.</param>
    public void Add(RegisteredResource resource, string by)
    {
        var now = time.GetUtcNow();
        db.Resources.Add(new Resource
        {
            Id = Guid.CreateVersion7(now),
            Identifier = resource.Identifier,
            DisplayName = resource.DisplayName,
            AccessTokenSignedResponseAlg = resource.AccessTokenSignedResponseAlg,
            CreatedAt = now.UtcDateTime,
            UpdatedAt = now.UtcDateTime,
        });
        Record(AuditKinds.ResourceCreated, resource.Identifier, by);
    }

    /// <returns>Whether anything changed.</returns>
    public bool Update(Resource row, RegisteredResource resource, string by)
    {
        var (name, algorithm) = (resource.DisplayName, resource.AccessTokenSignedResponseAlg);
        if (row.DisplayName == name && row.AccessTokenSignedResponseAlg == algorithm) return false;
        (row.DisplayName, row.AccessTokenSignedResponseAlg, row.UpdatedAt) = (name, algorithm, time.GetUtcNow().UtcDateTime);
        Record(AuditKinds.ResourceChanged, row.Identifier, by);
        return true;
    }

    public void Remove(Resource row, string by)
    {
        db.Resources.Remove(row);
        Record(AuditKinds.ResourceDeleted, row.Identifier, by);
    }

    private void Record(string kind, string identifier, string by) =>
        AuditTrail.Record(db, time.GetUtcNow().UtcDateTime, kind, Caller.System, detail: $"{by}: {identifier}");
}
