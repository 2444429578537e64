using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.Sessions;
using AuthServer.Users.SignIn;

namespace AuthServer.Accounts;

/// <summary>Opens the browser session of a person who has just given a password, and hands out its cookie.</summary>
public sealed class BrowserSignIn(BrowserSessions sessions, BrowserSessionCookie cookie, KnownDevice known)
{
    // RFC 8176
    private static readonly string[] Password = ["pwd"];

    /// <param name="keep">"Keep me signed in": the cookie outlives the browser.</param>
    public async Task OpenAsync(HttpContext http, User user, bool keep)
    {
        // A new handle at each sign-in, so that one planted before it is worth nothing.
        var (session, handle) = await sessions.OpenBrowserAsync(
            user, Password, AuthenticationContext.Password, keep, Caller.Of(http), await http.GetBrowserSessionAsync(),
            http.RequestAborted);
        cookie.Write(http, handle, keep ? session.AbsoluteExpiresAt : null);
        known.WriteCookie(http, user.Email!);
    }
}
