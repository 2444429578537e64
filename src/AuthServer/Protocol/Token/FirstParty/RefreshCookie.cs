using AuthServer.Configuration;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>The cookie in which a browser app's refresh token travels: no script reads it, and it goes to /v1/auth alone.</summary>
public sealed class RefreshCookie(IssuerOptions issuer)
{
    private readonly bool _isHttps = issuer.IsHttps;

    public string Name { get; } = CookieNames.OfPath(issuer, "refresh");

    /// <returns>Null when there is none.</returns>
    public string? Read(HttpContext http)
    {
        return http.Request.Cookies[Name] is { Length: > 0 } token ? token : null;
    }

    /// <param name="expires">The end of the session, in UTC.</param>
    public void Write(HttpContext http, string token, DateTime expires)
    {
        var options = Options();
        options.Expires = new DateTimeOffset(expires, TimeSpan.Zero);
        http.Response.Cookies.Append(Name, token, options);
    }

    public void Delete(HttpContext http)
    {
        http.Response.Cookies.Delete(Name, Options());
    }

    private CookieOptions Options() => new()
    {
        HttpOnly = true,
        Secure = _isHttps,
        SameSite = SameSiteMode.Strict,
        Path = issuer.BasePath + ApiPaths.Auth,
    };
}
