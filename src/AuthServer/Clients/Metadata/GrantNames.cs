namespace AuthServer.Clients.Metadata;

/// <summary>The grant types of this server beyond those of RFC 6749 (section 4.5: an extension grant is named by a URI).</summary>
public static class GrantNames
{
    /// <summary>CIBA Core 1.0 section 4.</summary>
    public const string Ciba = "urn:openid:params:grant-type:ciba";

    /// <summary>RFC 7523 section 2.1; the identity assertion grant (ID-JAG) has the same name.</summary>
    public const string JwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    /// <summary>RFC 8693.</summary>
    public const string TokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";

    /// <summary>E-mail address and password at <c>POST /v1/auth/login</c>: for first-party clients, and nowhere else.</summary>
    public const string Login = "urn:authplatform:params:oauth:grant-type:login";
}
