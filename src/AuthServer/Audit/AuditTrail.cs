using AuthServer.Data;
using AuthServer.Data.Entities;

namespace AuthServer.Audit;

/// <summary>The words of the audit trail.</summary>
public static class AuditKinds
{
    public const string UserCreated = "user.created";
    public const string UserUpdated = "user.updated";
    public const string UserDisabled = "user.disabled";
    public const string UserEnabled = "user.enabled";
    public const string UserPasswordChanged = "user.password_changed";
    public const string UserRolesChanged = "user.roles_changed";
    public const string UserDeleted = "user.deleted";
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
        var row = Describe(now, kind, caller, actor, subject, clientId, sessionId, detail);
        db.AuditEvents.Add(row);
        return row;
    }

    /// <summary>A row for whoever will add it.</summary>
    public static AuditEvent Describe(
        DateTime now, string kind, Caller caller, Guid? actor = null, Guid? subject = null,
        string? clientId = null, Guid? sessionId = null, string? detail = null)
    {
        ArgumentNullException.ThrowIfNull(caller);
        return new AuditEvent
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
    }
}
