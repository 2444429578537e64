using System.Security.Claims;
using System.Text.Encodings.Web;
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

public static class BrowserSessionContext
{
    /// <summary>The standing browser session of this request, read once.</summary>
    public static async Task<BrowserSession?> GetBrowserSessionAsync(this HttpContext http)
    {
        await http.AuthenticateAsync(BrowserSessionHandler.SchemeName);
        return http.Features.Get<BrowserSession>();
    }
}
