namespace AuthServer.Configuration;

/// <summary>The names of our cookies, and how browsers keep them.</summary>
/// <remarks>
/// They begin with the name of the product, because cookies ignore ports: an app on the same loopback host would overwrite a cookie of the
/// name "session", which is Flask's default. On http, which is loopback only, they have no prefix, because a prefix demands Secure.
/// </remarks>
public static class CookieNames
{
    private const string Product = "authplatform-";

    /// <summary>
    /// A cookie of the whole server, with the path of <see cref="PathOf"/>. The prefix keeps a neighbouring host from setting it (RFC
    /// 6265bis section 4.1.3.2); a server that has a path of a host alone cannot have it.
    /// </summary>
    public static string OfHost(IssuerOptions issuer, string name) =>
        issuer is { IsHttps: true, BasePath: "" } ? "__Host-" + Product + name : OfPath(issuer, name);

    /// <summary>Other programs of the host do not get our cookies, and another server of ours under another path has its own.</summary>
    public static string PathOf(IssuerOptions issuer) => issuer.BasePath.Length == 0 ? "/" : issuer.BasePath;

    /// <summary>How a browser keeps a cookie of the whole server: away from scripts, and with a server on https away from http.</summary>
    /// <remarks>Lax, because people come back from apps, providers and mails, which are other sites.</remarks>
    /// <param name="expires">Null: it ends with the browser.</param>
    public static CookieOptions OptionsOfHost(IssuerOptions issuer, DateTimeOffset? expires = null) => new()
    {
        HttpOnly = true,
        Secure = issuer.IsHttps,
        SameSite = SameSiteMode.Lax,
        Path = PathOf(issuer),
        Expires = expires,
    };

    /// <summary>The same for libraries that write their cookies themselves.</summary>
    public static void Apply(IssuerOptions issuer, string name, CookieBuilder cookie)
    {
        var options = OptionsOfHost(issuer);
        cookie.Name = OfHost(issuer, name);
        cookie.HttpOnly = options.HttpOnly;
        cookie.IsEssential = true;
        cookie.SecurePolicy = options.Secure ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
        cookie.SameSite = options.SameSite;
        cookie.Path = options.Path;
    }

    /// <summary>A cookie of one path, which the prefix <c>__Host-</c> does not allow (RFC 6265bis section 4.1.3.1).</summary>
    public static string OfPath(IssuerOptions issuer, string name) => (issuer.IsHttps ? "__Secure-" : "") + Product + name;
}
