using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Configuration;
using AuthServer.Keys;
using AuthServer.Seeding;
using Microsoft.AspNetCore.DataProtection;

namespace AuthServer.Accounts.Demo;

/// <summary>What an app keeps in the browser between its authorization request and the answer.</summary>
/// <param name="Verifier">RFC 7636 section 4.1.</param>
/// <param name="State">Proves that the answer belongs to a request of this browser (RFC 9700 section 4.7.1).</param>
/// <param name="Nonce">Proves that the ID token belongs to the same request (OpenID Connect Core 3.1.2.1).</param>
public sealed record DemoAttempt(string Verifier, string State, string Nonce)
{
    /// <summary>The request as the query of the authorization endpoint.</summary>
    public QueryString Request(DemoApp app) => QueryString.Create(new Dictionary<string, string?>
    {
        ["client_id"] = DemoApp.ClientId,
        ["response_type"] = "code",
        ["redirect_uri"] = app.RedirectUri,
        ["scope"] = DemoApp.Scopes,
        ["state"] = State,
        ["nonce"] = Nonce,
        ["code_challenge"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
        ["code_challenge_method"] = "S256",
    });

    public bool Sent(string? state) =>
        state is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(state), Encoding.ASCII.GetBytes(State));
}

/// <summary>The cookie of a started attempt: sealed, so that no neighbour on this host plants one of its own.</summary>
public sealed class DemoAttempts(IssuerOptions issuer, IDataProtectionProvider protection)
{
    private const int PartSize = 32;

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    private readonly SealedText _sealed = new(protection, "authplatform/demo/1", longest: 1024);

    private string Name => CookieNames.OfHost(issuer, "demo");

    public DemoAttempt Begin(HttpContext http)
    {
        var parts = RandomNumberGenerator.GetBytes(3 * PartSize);
        var options = CookieNames.OptionsOfHost(issuer);
        options.MaxAge = Life;
        http.Response.Cookies.Append(Name, _sealed.Seal(parts), options);
        return Of(parts);
    }

    public DemoAttempt? Read(HttpContext http) =>
        _sealed.Open(http.Request.Cookies[Name]) is { Length: 3 * PartSize } parts ? Of(parts) : null;

    public void End(HttpContext http) => http.Response.Cookies.Delete(Name, CookieNames.OptionsOfHost(issuer));

    private static DemoAttempt Of(ReadOnlySpan<byte> parts) => new(
        Base64Url.EncodeToString(parts[..PartSize]),
        Base64Url.EncodeToString(parts[PartSize..(2 * PartSize)]),
        Base64Url.EncodeToString(parts[(2 * PartSize)..]));
}
