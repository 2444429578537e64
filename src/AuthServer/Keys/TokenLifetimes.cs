namespace AuthServer.Keys;

/// <summary>How long tokens live. A key is kept for as long as what was made with it lives (<see cref="KeyLife.Retention"/>).</summary>
public static class TokenLifetimes
{
    /// <summary>Access and ID tokens.</summary>
    public static readonly TimeSpan AccessToken = TimeSpan.FromMinutes(15);

    /// <summary>A refresh token and all its successors together, which is the life of a client session with offline access.</summary>
    public static readonly TimeSpan RefreshToken = TimeSpan.FromDays(30);
}
