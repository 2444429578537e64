namespace AuthServer.Data.Entities;

public enum LogoutNoticeState
{
    /// <summary>It is to be sent at <see cref="LogoutNotice.NextAttemptAt"/>.</summary>
    Waiting = 0,

    /// <summary>The client did not take it in time.</summary>
    Failed = 1,
}

/// <summary>
/// What a client is to be told of: the end of a session (OpenID Connect Back-Channel Logout 1.0), or what a person decided about a request
/// from elsewhere (OpenID Connect CIBA Core 1.0). A row of <c>logout_notices</c>, written in the transaction in which that happens, and
/// deleted once the client has taken it.
/// </summary>
public sealed class LogoutNotice
{
    /// <summary>The algorithm of a notice about a request: nothing that it is about has been signed.</summary>
    public const string OfRequest = "";

    public Guid Id { get; set; }

    /// <summary>No foreign key: a client that is deleted is still told.</summary>
    public required string ClientId { get; set; }

    /// <summary>No foreign key: the account may be gone.</summary>
    public Guid? UserId { get; set; }

    /// <summary>The session that has ended: the <c>sid</c> of its tokens. Or the row of <c>pending_authorizations</c>.</summary>
    public Guid SessionId { get; set; }

    /// <summary>Where it goes, as registered at that moment.</summary>
    public required string LogoutUri { get; set; }

    /// <summary>What the client's ID tokens were signed with when the session ended; or <see cref="OfRequest"/>.</summary>
    public required string SigningAlg { get; set; }

    public LogoutNoticeState State { get; set; }

    public int Attempts { get; set; }

    /// <summary>While it is being sent, when another process may take it for abandoned.</summary>
    public DateTime NextAttemptAt { get; set; }

    /// <summary>What the last attempt met.</summary>
    public string? LastError { get; set; }

    public DateTime CreatedAt { get; set; }

    /// <summary>When it was given up.</summary>
    public DateTime? EndedAt { get; set; }

    /// <summary>Until when it is tried; once it was given up, when the row is purged.</summary>
    public DateTime ExpiresAt { get; set; }
}
