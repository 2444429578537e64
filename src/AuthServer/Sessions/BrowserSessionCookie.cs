using AuthServer.Configuration;

namespace AuthServer.Sessions;

/// <summary>Writes and deletes the session cookie.</summary>
/// <remarks>
/// On http, which is loopback only, it is not Secure, because some clients keep no Secure cookie there.
/// SameSite=Lax: it comes along when an app sends the person here, and not with another site's form post.
/// </remarks>
public sealed class BrowserSessionCookie(IssuerOptions issuer)
{
    private readonly bool _isHttps = issuer.IsHttps;

    public string Name { get; } = CookieNames.OfHost(issuer, "session");

    public string? Read(HttpContext http) => http.Request.Cookies[Name];

    /// <param name="expires">Null: until the browser closes.</param>
    public void Write(HttpContext http, string handle, DateTime? expires) =>
        http.Response.Cookies.Append(Name, handle, Options(expires));

    public void Delete(HttpContext http) => http.Response.Cookies.Delete(Name, Options(null));

    private CookieOptions Options(DateTime? expires) => new()
    {
        HttpOnly = true,
        Secure = _isHttps,
        SameSite = SameSiteMode.Lax,
        Path = CookieNames.PathOf(issuer),
        Expires = expires is { } utc ? new DateTimeOffset(utc, TimeSpan.Zero) : null,
    };
}
