using System.Security.Cryptography;
using System.Text;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.Keys;
using AuthServer.Users.EmailAddresses;
using Microsoft.AspNetCore.DataProtection;

namespace AuthServer.Users.SignIn;

/// <summary>
/// Remembers that an account signed in at this browser or app, so that the wrong passwords of strangers do not make its owner wait, and
/// that no mail tells of each sign-in there.
/// </summary>
/// <remarks>
/// A browser keeps the proof in a cookie; an app gets it in the header <c>Device-Token</c> of the answer to a login, and sends it with the
/// next.
/// The proof is sealed and bound to one account. It says nothing about who sits there: it chooses which failures are counted. It names the
/// security stamp too, so that the browser of an intruder is a new one as soon as the account has another password: an intruder who has
/// lost the account must not guess at it apart from all other strangers.
/// </remarks>
public sealed class KnownDevice(IssuerOptions issuer, IDataProtectionProvider protection, TimeProvider time)
{
    public const string Header = "Device-Token";

    private const int IdSize = 16, HashSize = SHA256.HashSizeInBytes;

    private static readonly TimeSpan Life = TimeSpan.FromDays(180);

    private readonly SealedText _sealed = new(protection, "authplatform/known-browser/1", longest: 1024);

    private readonly string _cookieName = CookieNames.OfHost(issuer, "known");

    /// <summary>The mark of a device where the account signed in; null when it did not.</summary>
    public DeviceMark? Read(HttpContext http, string email) =>
        Open(http.Request.Headers[Header], email) ?? Open(http.Request.Cookies[_cookieName], email);

    /// <summary>The name of the device, if the account signed in there with the security stamp that it has today.</summary>
    public string? Read(HttpContext http, User user) => Read(http, user.Email!)?.NameFor(user);

    /// <summary>Whether the account signed in there with the security stamp that it has today.</summary>
    public bool IsTrusted(HttpContext http, User user) => Read(http, user) is not null;

    /// <summary>Called after a sign-in at a page, or of an app in a browser that keeps its refresh token in a cookie.</summary>
    public void WriteCookie(HttpContext http, User user) => Write(http, NewText(http, user));

    /// <summary>Called after the login of an app; before the answer begins.</summary>
    public void WriteHeader(HttpContext http, User user) => http.Response.Headers[Header] = NewText(http, user);

    /// <summary>
    /// After a new password or another address that came from this device: it stays known if it was, and all others are new ones.
    /// </summary>
    /// <param name="before">The account with its former password and address.</param>
    public void StayKnown(HttpContext http, User before, User now)
    {
        if (Read(http, before.Email!) is not { } mark || mark.NameFor(before) is null) return;
        var text = TextOf(mark.Id, now);
        if (http.Request.Headers.ContainsKey(Header)) http.Response.Headers[Header] = text;
        else Write(http, text);
    }

    /// <summary>The device keeps the name that it has for the same account.</summary>
    private string NewText(HttpContext http, User user) =>
        TextOf(Read(http, user.Email!)?.Id ?? RandomNumberGenerator.GetBytes(IdSize), user);

    private string TextOf(byte[] id, User user) => _sealed.Seal([.. id, .. AccountOf(user.Email!), .. DeviceMark.StampOf(user)]);

    private void Write(HttpContext http, string text) =>
        http.Response.Cookies.Append(_cookieName, text, CookieNames.OptionsOfHost(issuer, time.GetUtcNow() + Life));

    private DeviceMark? Open(string? text, string email) =>
        // Those of former versions have no stamp.
        _sealed.Open(text) is { Length: IdSize + HashSize or IdSize + HashSize + HashSize } bytes
            && CryptographicOperations.FixedTimeEquals(bytes.AsSpan(IdSize, HashSize), AccountOf(email))
            ? new(bytes[..IdSize], bytes.Length > IdSize + HashSize ? bytes[(IdSize + HashSize)..] : null)
            : null;

    private static byte[] AccountOf(string email) => SHA256.HashData(Encoding.UTF8.GetBytes(EmailKey.Of(email)));
}

/// <summary>What a device shows of a sign-in there; whether it counts depends on what has become of the account since.</summary>
public sealed record DeviceMark(byte[] Id, byte[]? Stamp)
{
    /// <summary>The name under which the failures of the device are counted; null where it counts as any other.</summary>
    public string? NameFor(User? user) =>
        user is not null && Stamp is not null && CryptographicOperations.FixedTimeEquals(Stamp, StampOf(user))
            ? Convert.ToHexStringLower(Id)
            : null;

    internal static byte[] StampOf(User user) => SHA256.HashData(Encoding.UTF8.GetBytes(user.SecurityStamp!));
}
