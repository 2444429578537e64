using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Configuration;
using AuthServer.Users.EmailAddresses;
using Microsoft.AspNetCore.DataProtection;

namespace AuthServer.Accounts;

/// <summary>Remembers that an account signed in at this browser, so that somebody else's wrong passwords do not make its owner wait.</summary>
/// <remarks>Sealed and bound to one account. It proves nothing about who sits there: it only chooses which failures are counted.</remarks>
public sealed class KnownBrowserCookie(IssuerOptions issuer, IDataProtectionProvider protection, TimeProvider time)
{
    private const int IdSize = 16;

    private static readonly TimeSpan Life = TimeSpan.FromDays(180);

    private readonly IDataProtector _protector = protection.CreateProtector("authplatform/known-browser/1");

    private string Name => issuer.IsHttps ? "__Host-known" : "known";

    /// <summary>The name of this browser for the account, or null when the account did not sign in here.</summary>
    public string? Read(HttpContext http, string email)
    {
        if (http.Request.Cookies[Name] is not { Length: > 0 and < 1024 } text || !Base64Url.IsValid(text)) return null;
        try
        {
            var bytes = _protector.Unprotect(Base64Url.DecodeFromChars(text));
            return bytes.Length == IdSize + SHA256.HashSizeInBytes && CryptographicOperations.FixedTimeEquals(bytes.AsSpan(IdSize), Account(email))
                ? Convert.ToHexStringLower(bytes.AsSpan(0, IdSize))
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Called after a sign-in; the browser keeps the name that it has for the same account.</summary>
    public void Write(HttpContext http, string email)
    {
        var id = Read(http, email) is { } name ? Convert.FromHexString(name) : RandomNumberGenerator.GetBytes(IdSize);
        var text = Base64Url.EncodeToString(_protector.Protect([.. id, .. Account(email)]));
        http.Response.Cookies.Append(Name, text, new CookieOptions
        {
            HttpOnly = true,
            Secure = issuer.IsHttps,
            SameSite = SameSiteMode.Lax,
            Path = "/",
            Expires = time.GetUtcNow() + Life,
        });
    }

    private static byte[] Account(string email) => SHA256.HashData(Encoding.UTF8.GetBytes(EmailKey.Of(email)));
}
