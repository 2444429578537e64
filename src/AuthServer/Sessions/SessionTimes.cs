using AuthServer.Keys;

namespace AuthServer.Sessions;

/// <summary>How long sessions live. Access and ID tokens: <see cref="TokenLifetimes"/>.</summary>
public static class SessionTimes
{
    /// <summary>A browser session ends when it was not used for this long ("Keep me signed in": the absolute limit).</summary>
    public static readonly TimeSpan BrowserIdle = TimeSpan.FromHours(12);

    public static readonly TimeSpan BrowserAbsolute = TimeSpan.FromDays(7);

    public static readonly TimeSpan BrowserPersistent = TimeSpan.FromDays(30);

    /// <summary>A client session, from its opening; it does not slide.</summary>
    public static readonly TimeSpan Client = TokenLifetimes.RefreshToken;

    /// <summary>last_seen_at is written at most this often.</summary>
    public static readonly TimeSpan SeenResolution = TimeSpan.FromMinutes(5);
}
