using AuthServer.Configuration;
using AuthServer.Keys;
using AuthServer.Users.Upstream;
using Microsoft.AspNetCore.DataProtection;

namespace AuthServer.Accounts;

/// <summary>A sign-in of another provider that was proved in this browser, and leads into no account yet.</summary>
/// <param name="Email">Of the account that it is to lead into.</param>
/// <param name="At">UTC.</param>
public sealed record PendingConnection(string Provider, string Issuer, string Subject, string? Label, string Email, DateTime At);

/// <summary>Keeps a <see cref="PendingConnection"/> while its person signs in to the account that it is to lead into.</summary>
public sealed class ConnectionCookie(IssuerOptions issuer, IDataProtectionProvider protection, TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    private readonly SealedText _sealed = new(protection, "authplatform/upstream/connection/1");

    private readonly string _name = CookieNames.OfHost(issuer, "connection");

    /// <returns>Null when there is none, or it is too old.</returns>
    public PendingConnection? Read(HttpContext http) =>
        _sealed.Open<PendingConnection>(http.Request.Cookies[_name]) is { } pending && time.GetUtcNow().UtcDateTime - pending.At < Life
            ? pending
            : null;

    /// <param name="email">Of the account that is in the way, as the provider has told it, or of the one that asked.</param>
    public void Write(HttpContext http, UpstreamIdentity identity, string email)
    {
        var now = time.GetUtcNow();
        var pending = new PendingConnection(
            identity.Provider.Name, identity.Issuer, identity.Subject, identity.Label, email, now.UtcDateTime);
        http.Response.Cookies.Append(_name, _sealed.Seal(pending), CookieNames.OptionsOfHost(issuer, now + Life));
    }

    public void Delete(HttpContext http) => http.Response.Cookies.Delete(_name, CookieNames.OptionsOfHost(issuer));
}
