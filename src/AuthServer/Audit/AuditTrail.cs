using AuthServer.Data;
using AuthServer.Data.Entities;

namespace AuthServer.Audit;

/// <summary>The words of the audit trail.</summary>
public static class AuditKinds
{
    public const string UserCreated = "user.created";
    public const string SessionOpened = "session.opened";
    public const string SessionEnded = "session.ended";
    public const string ConsentGiven = "consent.given";
    public const string KeysRotated = "keys.rotated";
}

/// <summary>Adds a row to the caller's own unit of work, so that the act and its record are one transaction.</summary>
public static class AuditTrail
{
    public static AuditEvent Record(
        AuthDbContext db, DateTime now, string kind, Caller caller, Guid? actor = null, Guid? subject = null,
        string? clientId = null, Guid? sessionId = null, string? detail = null)
    {
        ArgumentNullException.ThrowIfNull(db);
        ArgumentNullException.ThrowIfNull(caller);
        var row = new AuditEvent
        {
            Id = Guid.CreateVersion7(new DateTimeOffset(now, TimeSpan.Zero)),
            OccurredAt = now,
            Kind = kind,
            ActorId = actor,
            SubjectId = subject,
            ClientId = clientId,
            SessionId = sessionId,
            IpAddress = caller.Address,
            UserAgent = caller.UserAgent,
            Detail = detail,
            Reference = caller.Reference,
        };
        db.AuditEvents.Add(row);
        return row;
    }
}
