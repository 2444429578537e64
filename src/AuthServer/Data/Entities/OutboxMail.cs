namespace AuthServer.Data.Entities;

public enum MailState
{
    /// <summary>It is to be sent at <see cref="OutboxMail.NextAttemptAt"/>.</summary>
    Waiting = 0,

    /// <summary>A mail server or service has taken it.</summary>
    Sent = 1,

    /// <summary>It was refused for good, or could not be sent while it was of use.</summary>
    Failed = 2,
}

/// <summary>A mail to send, or that was sent: a row of <c>mail_outbox</c>, written in the transaction of what it tells of.</summary>
public sealed class OutboxMail
{
    /// <summary>Also Message-ID and idempotency key of every attempt: a second copy can be told from a second mail.</summary>
    public Guid Id { get; set; }

    /// <summary>Which mail it is, such as <c>password-changed</c>.</summary>
    public required string Kind { get; set; }

    /// <summary>The account that it is about. No foreign key: a mail that tells of a deletion outlives the account.</summary>
    public Guid? UserId { get; set; }

    /// <summary>AES-256-GCM over recipient and content, bound to the row; the content is gone once the mail is sent.</summary>
    public required byte[] SealedLetter { get; set; }

    public MailState State { get; set; }

    public int Attempts { get; set; }

    /// <summary>While it is being sent, when another process may take it for abandoned.</summary>
    public DateTime NextAttemptAt { get; set; }

    /// <summary>What the last attempt met, without the address.</summary>
    public string? LastError { get; set; }

    public DateTime CreatedAt { get; set; }

    /// <summary>When it was sent or given up.</summary>
    public DateTime? EndedAt { get; set; }

    /// <summary>Until when it is tried; once it has ended, when the row is purged.</summary>
    public DateTime ExpiresAt { get; set; }
}
