using AuthServer.Configuration;
using AuthServer.Sessions;
using AuthServer.Ui.Accounts.SignIn;

namespace AuthServer.Accounts;

/// <summary>Remembers how a person has signed in last in this browser, for the mark beside its button.</summary>
/// <remarks>It names no person, and decides nothing.</remarks>
public sealed class LastWayCookie(IssuerOptions issuer, TimeProvider time)
{
    private const string OfProvider = "with-", Passkey = "passkey";

    private static readonly TimeSpan Life = TimeSpan.FromDays(180);

    private readonly string _name = CookieNames.OfHost(issuer, "last-way");

    /// <summary>The name of the other provider.</summary>
    public string? ReadProvider(HttpContext http) =>
        http.Request.Cookies[_name] is { } way && way.StartsWith(OfProvider, StringComparison.Ordinal) ? way[OfProvider.Length..] : null;

    /// <summary>The way without another provider.</summary>
    public SignInWay? ReadOwn(HttpContext http) => http.Request.Cookies[_name] switch
    {
        AuthenticationMethods.Password => SignInWay.Password,
        AuthenticationMethods.OneTimeCode => SignInWay.Email,
        Passkey => SignInWay.Passkey,
        _ => null,
    };

    /// <param name="first">The first factor, in the words of RFC 8176.</param>
    /// <param name="provider">The other provider; null: there was none.</param>
    public void Write(HttpContext http, string first, string? provider)
    {
        var way = provider is not null ? OfProvider + provider
            : first is AuthenticationMethods.Password or AuthenticationMethods.OneTimeCode ? first : Passkey;
        http.Response.Cookies.Append(_name, way, CookieNames.OptionsOfHost(issuer, time.GetUtcNow() + Life));
    }
}
