namespace AuthServer.Clients.Metadata;

/// <summary>The values of <c>client_assertion_audience</c>: which <c>aud</c> the assertions of a client have.</summary>
public static class AssertionAudiences
{
    /// <summary>The issuer alone (RFC 10070).</summary>
    public const string Issuer = "issuer";

    /// <summary>
    /// The address of the token endpoint too, as older libraries write it (RFC 7523 section 3), and at the backchannel authentication
    /// endpoint the address of that (CIBA Core 7.1).
    /// </summary>
    public const string TokenEndpoint = "token_endpoint";
}
