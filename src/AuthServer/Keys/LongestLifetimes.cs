namespace AuthServer.Keys;

/// <summary>
/// The longest that tokens may live, whatever the settings (<c>Sessions/LifetimeOptions</c>) say.
/// A retired key is kept for as long (<see cref="KeyLife.Retention"/>), and
/// not for the time of a setting: tokens that were issued before it was lowered live on.
/// </summary>
public static class LongestLifetimes
{
    /// <summary>Access and ID tokens.</summary>
    public const string AccessToken = "15m";

    /// <summary>A refresh token and all its successors together, which is the life of a client session with offline access.</summary>
    public const string RefreshToken = "30d";
}
