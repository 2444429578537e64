using AuthServer.Configuration;
using AuthServer.Keys;

namespace AuthServer.Sessions;

/// <summary>How long tokens and sessions live. A new value counts for those that are issued or opened after it.</summary>
public sealed class LifetimeOptions : ICheckedSettings
{
    private static readonly TimeSpan LongestSeenResolution = TimeSpan.FromMinutes(5);

    /// <summary>
    /// An access token, and an ID token. An API that checks tokens by itself accepts one for as long after its session has ended.
    /// </summary>
    [Setting("ACCESS_TOKEN_LIFETIME", Shortest = "1m", Longest = LongestLifetimes.AccessToken)]
    public TimeSpan AccessToken { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>A client session with a refresh token, from its opening; a refresh does not extend it.</summary>
    [Setting("REFRESH_TOKEN_LIFETIME", Shortest = "1m", Longest = LongestLifetimes.RefreshToken)]
    public TimeSpan RefreshToken { get; set; } = TimeSpan.FromDays(30);

    /// <summary>A browser session ends when it was not used for this long; one of "Keep me signed in" does not.</summary>
    [Setting("SESSION_IDLE_LIFETIME", Shortest = "1m", Longest = "365d")]
    public TimeSpan BrowserIdle { get; set; } = TimeSpan.FromHours(12);

    /// <summary>A browser session ends after this time however much it is used; at least SESSION_IDLE_LIFETIME.</summary>
    [Setting("SESSION_ABSOLUTE_LIFETIME", Shortest = "1m", Longest = "365d")]
    public TimeSpan BrowserAbsolute { get; set; } = TimeSpan.FromDays(7);

    /// <summary>
    /// A browser session after "Keep me signed in", used or not; at least SESSION_ABSOLUTE_LIFETIME. Whoever lowers that
    /// lowers this one too.
    /// </summary>
    [Setting("SESSION_PERSISTENT_LIFETIME", Shortest = "1m", Longest = "365d")]
    public TimeSpan BrowserPersistent { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// last_seen_at, and with it the idle end, is written at most this often. A session that ends for idleness was unused for
    /// at least nine tenths of SESSION_IDLE_LIFETIME.
    /// </summary>
    public TimeSpan SeenResolution => BrowserIdle / 10 < LongestSeenResolution ? BrowserIdle / 10 : LongestSeenResolution;

    public void Check(SettingProblems problems)
    {
        if (BrowserIdle > BrowserAbsolute)
        {
            problems.Add(
                "SESSION_IDLE_LIFETIME",
                $"{SettingText.Text(BrowserIdle)} is longer than SESSION_ABSOLUTE_LIFETIME, {SettingText.Text(BrowserAbsolute)}",
                "set it to the same or less");
        }
        if (BrowserPersistent < BrowserAbsolute)
        {
            problems.Add(
                "SESSION_PERSISTENT_LIFETIME",
                $"{SettingText.Text(BrowserPersistent)} is shorter than SESSION_ABSOLUTE_LIFETIME, {SettingText.Text(BrowserAbsolute)}",
                "set it to the same or more");
        }
    }
}
