using AuthServer.Configuration;
using AuthServer.Users.ByMail;
using AuthServer.Users.Proofs;

namespace AuthServer.Accounts.SignIn;

/// <summary>
/// Lets the link of a mail work in the browser that asked for it: that one has the cookie. It keeps the last request alone.
/// </summary>
public sealed class EmailSignInCookie(EmailSignInTickets tickets, IssuerOptions issuer, TimeProvider time)
{
    // A browser drops a cookie beyond 4096 bytes (RFC 6265 section 6.1), with the name and the attributes.
    private const int Longest = 3500;

    private readonly string _name = CookieNames.OfHost(issuer, "email-sign-in");

    public PageSignIn? Read(HttpContext http) => tickets.OpenOfCookie(http.Request.Cookies[_name]);

    /// <summary>With an address to return to that is too long for a cookie, the code in the tab is the way.</summary>
    public void Write(HttpContext http, PageSignIn asked)
    {
        var text = tickets.SealForCookie(asked);
        if (text.Length > Longest)
        {
            Delete(http);
            return;
        }

        http.Response.Cookies.Append(_name, text, CookieNames.OptionsOfHost(issuer, time.GetUtcNow() + ProofIssue.Life));
    }

    public void Delete(HttpContext http) => http.Response.Cookies.Delete(_name, CookieNames.OptionsOfHost(issuer));
}
