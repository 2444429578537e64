namespace AuthServer.Configuration;

/// <summary>The names of our cookies.</summary>
/// <remarks>
/// They begin with the name of the product, because cookies ignore ports: an app on the same loopback host would overwrite a cookie of the
/// name
/// "session", which is Flask's default. On http, which is loopback only, they have no prefix, because a prefix demands Secure.
/// </remarks>
public static class CookieNames
{
    private const string Product = "authplatform-";

    /// <summary>A cookie of the whole host; the prefix keeps a neighbouring host from setting it (RFC 6265bis section 4.1.3.2).</summary>
    public static string OfHost(IssuerOptions issuer, string name) => (issuer.IsHttps ? "__Host-" : "") + Product + name;

    /// <summary>A cookie of one path, which the prefix <c>__Host-</c> does not allow (RFC 6265bis section 4.1.3.1).</summary>
    public static string OfPath(IssuerOptions issuer, string name) => (issuer.IsHttps ? "__Secure-" : "") + Product + name;
}
