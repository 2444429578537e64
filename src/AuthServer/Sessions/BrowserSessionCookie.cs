using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Configuration;

namespace AuthServer.Sessions;

/// <summary>Writes and deletes the session cookie, and beside it the one that apps may watch.</summary>
/// <remarks>
/// On http, which is loopback only, they are not Secure, because some clients keep no Secure cookie there.
/// SameSite=Lax: the session comes along when an app sends the person here, and not with another site's form post.
/// </remarks>
public sealed class BrowserSessionCookie(IssuerOptions issuer, SessionManagementOptions management)
{
    private readonly bool _isHttps = issuer.IsHttps;

    public string Name { get; } = CookieNames.OfHost(issuer, "session");

    /// <summary>The cookie that the script of check_session_iframe reads.</summary>
    public string StateName { get; } = CookieNames.OfHost(issuer, "session-state");

    public string? Read(HttpContext http) => http.Request.Cookies[Name];

    /// <param name="expires">Null: until the browser closes.</param>
    public void Write(HttpContext http, string handle, DateTime? expires)
    {
        DateTimeOffset? end = expires is { } utc ? new DateTimeOffset(utc, TimeSpan.Zero) : null;
        http.Response.Cookies.Append(Name, handle, CookieNames.OptionsOfHost(issuer, end));
        if (management.IsOn) http.Response.Cookies.Append(StateName, StateOf(handle), StateOptions());
    }

    public void Delete(HttpContext http)
    {
        http.Response.Cookies.Delete(Name, CookieNames.OptionsOfHost(issuer));
        if (management.IsOn) http.Response.Cookies.Delete(StateName, StateOptions());
    }

    /// <summary>
    /// The browser's state (OpenID Connect Session Management 1.0 section 4.2), which is another one after each sign-in. A browser that has
    /// lost it, or never had it, gets it again.
    /// </summary>
    /// <returns>Null where nobody is signed in.</returns>
    public string? State(HttpContext http)
    {
        if (Read(http) is not { Length: > 0 } handle) return null;
        var state = StateOf(handle);
        if (http.Request.Cookies[StateName] != state) http.Response.Cookies.Append(StateName, state, StateOptions());
        return state;
    }

    // Scripts read it: it says nothing of the handle, and is not what the database keeps of it.
    private static string StateOf(string handle) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes("authplatform/session-state/1 " + handle)));

    // The page that reads it stands in a frame of another site. Browsers take None with Secure alone.
    private CookieOptions StateOptions() => new()
    {
        Secure = _isHttps,
        SameSite = _isHttps ? SameSiteMode.None : SameSiteMode.Lax,
        Path = CookieNames.PathOf(issuer),
    };
}
