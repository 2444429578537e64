using AuthServer.Configuration;
using AuthServer.Users.SecondFactors;

namespace AuthServer.Accounts;

/// <summary>Keeps the handle of a remembered device.</summary>
public sealed class RememberedDeviceCookie(IssuerOptions issuer, TimeProvider time)
{
    private readonly string _name = CookieNames.OfHost(issuer, "remembered");

    public string? Read(HttpContext http) => http.Request.Cookies[_name];

    public void Write(HttpContext http, string handle) =>
        http.Response.Cookies.Append(_name, handle, CookieNames.OptionsOfHost(issuer, time.GetUtcNow() + RememberedDevices.Life));
}
