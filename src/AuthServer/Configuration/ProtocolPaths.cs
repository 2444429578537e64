namespace AuthServer.Configuration;

/// <summary>
/// The addresses of the protocol. They stand this low because the pages for people, the JSON API and the limits name some of them too.
/// </summary>
public static class ProtocolPaths
{
    public const string Authorization = "/connect/authorize";
    public const string PushedAuthorization = "/connect/par";
    public const string Token = "/connect/token";
    public const string UserInfo = "/connect/userinfo";
    public const string Introspection = "/connect/introspect";
    public const string Revocation = "/connect/revoke";
    public const string EndSession = "/connect/endsession";

    /// <summary>RFC 8628 section 3.1.</summary>
    public const string DeviceAuthorization = "/connect/device";

    /// <summary>CIBA Core 1.0 section 7.</summary>
    public const string Ciba = "/connect/ciba";

    /// <summary>OpenID Connect Session Management 1.0 section 3.2.</summary>
    public const string CheckSession = "/connect/checksession";

    /// <summary>RFC 7591 section 3; a client's own registration is below it (RFC 7592).</summary>
    public const string Registration = "/connect/register";

    /// <summary>RFC 8615: public documents.</summary>
    public const string WellKnown = "/.well-known";

    /// <summary>OpenID Connect Discovery 1.0 section 4.</summary>
    public const string Discovery = WellKnown + "/openid-configuration";

    /// <summary>RFC 8414 section 3.</summary>
    public const string ServerMetadata = WellKnown + "/oauth-authorization-server";

    public const string Keys = WellKnown + "/jwks";

    /// <summary>
    /// Answered with JSON that has an <c>error</c> (RFC 6749 section 5.2, RFC 7009 section 2.2.1, RFC 7662 section 2.3, RFC 9126 section
    /// 2.3, RFC 8628 section 3.2).
    /// </summary>
    public static readonly IReadOnlyList<string> OfClients =
        [PushedAuthorization, Token, Introspection, Revocation, DeviceAuthorization, Ciba];

    /// <summary>Called by browser apps from other origins.</summary>
    public static readonly IReadOnlyList<string> OfBrowserApps = [PushedAuthorization, Token, UserInfo, Revocation];
}
