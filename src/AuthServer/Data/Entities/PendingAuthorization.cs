namespace AuthServer.Data.Entities;

/// <summary>Who asked for an authorization that a person decides elsewhere.</summary>
public enum PendingKind
{
    /// <summary>A device without a browser (RFC 8628): the person types its user code.</summary>
    Device = 0,

    /// <summary>A client that named the person (OpenID Connect CIBA Core 1.0).</summary>
    Backchannel = 1,
}

public enum PendingState
{
    /// <summary>Nobody has decided.</summary>
    Asked = 0,

    Approved = 1,

    Denied = 2,

    /// <summary>Tokens were issued, once.</summary>
    Redeemed = 3,

    /// <summary>The person allowed it, and there was no room for its client.</summary>
    NoRoom = 4,
}

/// <summary>
/// A request for an authorization that the person decides on another device than the one that asks: a row of
/// <c>pending_authorizations</c>. It lives for minutes.
/// </summary>
public sealed class PendingAuthorization
{
    public Guid Id { get; set; }

    public PendingKind Kind { get; set; }

    public Guid ClientRowId { get; set; }

    /// <summary>Lower-case hex SHA-256 of the device_code or auth_req_id, which has 256 random bits.</summary>
    public required string SecretHash { get; set; }

    /// <summary>
    /// Lower-case hex HMAC-SHA-256 under SECRET_KEY, because eight letters are soon guessed; null where there is no code.
    /// </summary>
    public string? UserCodeHash { get; set; }

    public PendingState State { get; set; }

    /// <summary>Who decided, or is asked to.</summary>
    public Guid? UserId { get; set; }

    /// <summary>In which browser session it was approved; its end takes the approval with it.</summary>
    public Guid? BrowserSessionId { get; set; }

    /// <summary>What was asked, and, once it is approved, what was allowed: JSON.</summary>
    public required string Request { get; set; }

    /// <summary>How long the client waits between two polls; it grows with each poll that comes too early.</summary>
    public int PollSeconds { get; set; }

    /// <summary>Before it a poll is too early: milliseconds since 1970.</summary>
    public long NextPollAt { get; set; }

    /// <summary>Whether the last poll was too early.</summary>
    public bool PolledTooEarly { get; set; }

    /// <summary>The mark of the one redemption.</summary>
    public string? Redemption { get; set; }

    public DateTime CreatedAt { get; set; }

    public DateTime ExpiresAt { get; set; }
}
