using AuthServer.Configuration;
using AuthServer.Users.SecondFactors;

namespace AuthServer.Accounts;

/// <summary>Keeps the first step of a sign-in in the browser that took it, until its second step.</summary>
public sealed class FirstStepCookie(IssuerOptions issuer, TimeProvider time)
{
    private readonly string _name = CookieNames.OfHost(issuer, "first-step");

    public string? Read(HttpContext http) => http.Request.Cookies[_name];

    public void Write(HttpContext http, string text) =>
        http.Response.Cookies.Append(_name, text, CookieNames.OptionsOfHost(issuer, time.GetUtcNow() + FirstSteps.Life));

    public void Delete(HttpContext http) => http.Response.Cookies.Delete(_name, CookieNames.OptionsOfHost(issuer));
}
