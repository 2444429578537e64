using AuthServer.Configuration;
using AuthServer.Users.SecondFactors;

namespace AuthServer.Accounts;

/// <summary>Keeps the first step of a sign-in in the browser that took it, until its second step.</summary>
public sealed class FirstStepCookie(IssuerOptions issuer, TimeProvider time)
{
    private readonly string _name = CookieNames.OfHost(issuer, "first-step");

    public string? Read(HttpContext http) => http.Request.Cookies[_name];

    public void Write(HttpContext http, string text)
    {
        var options = Options();
        options.Expires = time.GetUtcNow() + FirstSteps.Life;
        http.Response.Cookies.Append(_name, text, options);
    }

    public void Delete(HttpContext http) => http.Response.Cookies.Delete(_name, Options());

    private CookieOptions Options() => new()
    {
        HttpOnly = true,
        Secure = issuer.IsHttps,
        SameSite = SameSiteMode.Lax,
        Path = CookieNames.PathOf(issuer),
    };
}
