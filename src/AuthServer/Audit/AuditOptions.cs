using AuthServer.Configuration;

namespace AuthServer.Audit;

/// <summary>How long the audit trail remembers.</summary>
public sealed class AuditOptions
{
    /// <summary>
    /// Days after which rows of the audit trail are deleted; 0 keeps them for ever, and the table then grows without end. The default lets
    /// a yearly review look back over its whole year.
    /// </summary>
    [Setting("AUDIT_RETENTION", Minimum = 0, Maximum = 36_500)]
    public int RetentionDays { get; set; } = 400;
}
