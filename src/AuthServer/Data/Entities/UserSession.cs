namespace AuthServer.Data.Entities;

public enum SessionKind
{
    /// <summary>The single sign-on session behind the cookie.</summary>
    Browser = 0,

    /// <summary>One client's grant for one user; with <c>offline_access</c> a refresh-token family.</summary>
    Client = 1,
}

/// <summary>A row of <c>user_sessions</c>: the truth about who is signed in.</summary>
public sealed class UserSession
{
    public Guid Id { get; set; }

    public Guid? UserId { get; set; }

    /// <summary>Lower-case hex SHA-256 of the whole cookie handle or refresh token that is valid now.</summary>
    public required string TokenHash { get; set; }

    /// <summary>The end of this session if nothing moves it (idle end of a browser session).</summary>
    public DateTime ExpiresAt { get; set; }

    public DateTime? CreatedAt { get; set; }

    public SessionKind Kind { get; set; }

    /// <summary>The protocol's client_id; null for a browser session.</summary>
    public string? ClientId { get; set; }

    /// <summary>The browser session that this client session was opened from.</summary>
    public Guid? ParentId { get; set; }

    /// <summary>The stored approval (consent) that it rests on.</summary>
    public Guid? AuthorizationId { get; set; }

    /// <summary>Space-separated, as granted.</summary>
    public string? Scopes { get; set; }

    /// <summary>Space-separated resource indicators (RFC 8707), as granted.</summary>
    public string? Resources { get; set; }

    /// <summary>True for a refresh-token family (offline_access), which outlives its browser session.</summary>
    public bool Offline { get; set; }

    /// <summary>The user's security stamp when the session opened; a changed stamp ends it.</summary>
    public string? SecurityStamp { get; set; }

    /// <summary>When the person last proved who they are.</summary>
    public DateTime? AuthTime { get; set; }

    /// <summary>Space-separated authentication methods (RFC 8176).</summary>
    public string? Amr { get; set; }

    public string? Acr { get; set; }

    /// <summary>
    /// The <c>claims</c> parameter (OpenID Connect Core 5.5), for userinfo and later ID tokens, and authorization details (RFC 9396) beside
    /// it.
    /// </summary>
    public string? RequestedClaims { get; set; }

    /// <summary>"Keep me signed in": the session has a later end, and no idle end.</summary>
    public bool Persistent { get; set; }

    public DateTime? LastSeenAt { get; set; }

    public DateTime? AbsoluteExpiresAt { get; set; }

    public string? IpAddress { get; set; }

    public string? UserAgent { get; set; }

    public string? PreviousTokenHash { get; set; }

    /// <summary>When the refresh token was last rotated; the end of the session, when the answer could not be signed.</summary>
    public DateTime? RotatedAt { get; set; }

    public int RotationCounter { get; set; }

    /// <summary>
    /// What a refresh must prove beside its token: a key by its thumbprint ("jkt:" and the thumbprint), or any key ("jkt"). Null: nothing.
    /// </summary>
    public string? Confirmation { get; set; }

    public User? User { get; set; }
}
