namespace AuthServer.Data.Entities;

/// <summary>What changed an account or opened or ended a session: a row of <c>audit_events</c>, written in the same transaction.</summary>
public sealed class AuditEvent
{
    public Guid Id { get; set; }

    public DateTime OccurredAt { get; set; }

    /// <summary>A dotted verb, such as <c>session.opened</c>.</summary>
    public required string Kind { get; set; }

    /// <summary>Who acted; null for the system and for people who are not signed in.</summary>
    public Guid? ActorId { get; set; }

    /// <summary>On whom.</summary>
    public Guid? SubjectId { get; set; }

    public string? ClientId { get; set; }

    public Guid? SessionId { get; set; }

    public string? IpAddress { get; set; }

    public string? UserAgent { get; set; }

    /// <summary>The reference code that a page showed and that finds the log entry.</summary>
    public string? Reference { get; set; }

    /// <summary>A short reason in words or a word of the protocol; never a secret.</summary>
    public string? Detail { get; set; }
}
