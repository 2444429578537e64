using AuthServer.Configuration;

namespace AuthServer.Sessions;

/// <summary>Whether apps may watch in the browser whether the person is still signed in.</summary>
public sealed class SessionManagementOptions
{
    /// <summary>
    /// true: authorization answers have a session_state, and apps may load check_session_iframe (OpenID Connect Session Management 1.0).
    /// Browsers then get one more cookie, which scripts of that page can read and which holds a hash. It works where app and server are of
    /// one site, or the browser lets third parties read cookies.
    /// </summary>
    [Setting("SESSION_MANAGEMENT")]
    public bool IsOn { get; set; }
}
