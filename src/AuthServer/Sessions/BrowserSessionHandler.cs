using System.Security.Claims;
using System.Text.Encodings.Web;
using AuthServer.Configuration;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace AuthServer.Sessions;

/// <summary>The authentication scheme of the hosted pages: a cookie that names a row of <c>user_sessions</c>.</summary>
public sealed class BrowserSessionHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, BrowserSessions store)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "browser";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var cookie = Context.RequestServices.GetRequiredService<BrowserSessionCookie>();
        var session = await store.FindBrowserAsync(cookie.Read(Context), Context.RequestAborted);
        if (session is null) return AuthenticateResult.NoResult();
        Context.Features.Set(session);
        var identity = new ClaimsIdentity(
            [new Claim("sub", session.UserId.ToString()), new Claim("sid", session.Id.ToString())], SchemeName, "sub", "role");
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }
}

/// <summary>Writes and deletes the session cookie.</summary>
/// <remarks>
/// On http, which is loopback only, it is not Secure, because some clients keep no Secure cookie there.
/// SameSite=Lax: it comes along when an app sends the person here, and not with another site's form post.
/// </remarks>
public sealed class BrowserSessionCookie(IssuerOptions issuer)
{
    private readonly bool _isHttps = issuer.IsHttps;

    public string Name { get; } = CookieNames.OfHost(issuer, "session");

    public string? Read(HttpContext http)
    {
        return http.Request.Cookies[Name];
    }

    /// <param name="expires">Null: until the browser closes.</param>
    public void Write(HttpContext http, string handle, DateTime? expires)
    {
        http.Response.Cookies.Append(Name, handle, Options(expires));
    }

    public void Delete(HttpContext http)
    {
        http.Response.Cookies.Delete(Name, Options(null));
    }

    private CookieOptions Options(DateTime? expires) => new()
    {
        HttpOnly = true,
        Secure = _isHttps,
        SameSite = SameSiteMode.Lax,
        Path = "/",
        Expires = expires is { } utc ? new DateTimeOffset(utc, TimeSpan.Zero) : null,
    };
}

public static class BrowserSessionContext
{
    /// <summary>The standing browser session of this request, read once.</summary>
    public static async Task<BrowserSession?> GetBrowserSessionAsync(this HttpContext http)
    {
        await http.AuthenticateAsync(BrowserSessionHandler.SchemeName);
        return http.Features.Get<BrowserSession>();
    }
}
