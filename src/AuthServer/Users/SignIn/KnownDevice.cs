using System.Security.Cryptography;
using System.Text;
using AuthServer.Configuration;
using AuthServer.Keys;
using AuthServer.Users.EmailAddresses;
using Microsoft.AspNetCore.DataProtection;

namespace AuthServer.Users.SignIn;

/// <summary>
/// Remembers that an account signed in at this browser or app, so that the wrong passwords of strangers do not make its owner wait.
/// </summary>
/// <remarks>
/// A browser keeps the proof in a cookie; an app gets it in the header <c>Device-Token</c> of the answer to a login, and sends it with the
/// next.
/// The proof is sealed and bound to one account. It says nothing about who sits there: it only chooses which failures are counted.
/// </remarks>
public sealed class KnownDevice(IssuerOptions issuer, IDataProtectionProvider protection, TimeProvider time)
{
    public const string Header = "Device-Token";

    private const int IdSize = 16;

    private static readonly TimeSpan Life = TimeSpan.FromDays(180);

    private readonly SealedText _sealed = new(protection, "authplatform/known-browser/1", longest: 1024);

    private readonly string _cookieName = CookieNames.OfHost(issuer, "known");

    /// <summary>The name of the device for the account, or null when the account did not sign in there.</summary>
    public string? Read(HttpContext http, string email) =>
        Read(http.Request.Headers[Header], email) ?? Read(http.Request.Cookies[_cookieName], email);

    /// <summary>Called after a sign-in at a page, or of an app in a browser that keeps its refresh token in a cookie.</summary>
    public void WriteCookie(HttpContext http, string email) =>
        http.Response.Cookies.Append(_cookieName, NewText(http, email), CookieNames.OptionsOfHost(issuer, time.GetUtcNow() + Life));

    /// <summary>Called after the login of an app; before the answer begins.</summary>
    public void WriteHeader(HttpContext http, string email) => http.Response.Headers[Header] = NewText(http, email);

    /// <summary>The device keeps the name that it has for the same account.</summary>
    private string NewText(HttpContext http, string email)
    {
        var id = Read(http, email) is { } name ? Convert.FromHexString(name) : RandomNumberGenerator.GetBytes(IdSize);
        return _sealed.Seal([.. id, .. Account(email)]);
    }

    private string? Read(string? text, string email) =>
        _sealed.Open(text) is { Length: IdSize + SHA256.HashSizeInBytes } bytes
            && CryptographicOperations.FixedTimeEquals(bytes.AsSpan(IdSize), Account(email))
            ? Convert.ToHexStringLower(bytes.AsSpan(0, IdSize))
            : null;

    private static byte[] Account(string email) => SHA256.HashData(Encoding.UTF8.GetBytes(EmailKey.Of(email)));
}
