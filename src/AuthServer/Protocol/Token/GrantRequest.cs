using System.Collections.Immutable;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.PublicKeys;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.Protocol.Claims;
using AuthServer.Protocol.Token.FirstParty;
using AuthServer.Sessions.Senders;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Token;

/// <summary>A request for tokens whose client has proved who it is; one record for each grant.</summary>
public abstract record GrantRequest(HttpContext Http, RegisteredClient Client)
{
    /// <summary>The grant that the client has to be registered for.</summary>
    public abstract string GrantType { get; }

    /// <summary>The <c>scope</c> parameter; empty when there is none, or when it means nothing to the grant.</summary>
    public ImmutableArray<string> Scopes { get; init; } = [];

    /// <summary>The <c>resource</c> parameters (RFC 8707).</summary>
    public ImmutableArray<string> Resources { get; init; } = [];

    /// <summary>The key that the sender has proved, to which the tokens are bound; null: they are bearer tokens.</summary>
    public Sender? Sender { get; init; }

    /// <summary>The parameter <c>authorization_details</c> (RFC 9396 section 6); null where there is none.</summary>
    public string? Details { get; init; }

    /// <summary>For the ID token of a client that wants it encrypted; null for others.</summary>
    public Envelope? Envelope { get; init; }

    /// <summary>How the request came in through the JSON API; null at the token endpoint of the standard.</summary>
    internal FirstPartyCall? Call { get; init; }

    /// <summary>Whether the answer has an ID token: it is for relying parties, and a request of /v1/auth asks for none.</summary>
    internal bool GetsIdToken(ImmutableArray<string> granted) => Call is null && granted.Contains(ScopeRules.OpenId);

    /// <summary>Reads the parameters of a grant of the standard (RFC 6749 sections 4.1.3, 4.4.2 and 6).</summary>
    /// <param name="parameter">A parameter by its name; null when it is absent.</param>
    /// <returns>Null for another grant type, or when a parameter that the grant cannot do without is absent: <c>Missing</c> names
    /// it.</returns>
    internal static (GrantRequest? Request, string? Missing) Read(
        HttpContext http, RegisteredClient client, string grantType, Func<string, string?> parameter)
    {
        switch (grantType)
        {
            case GrantTypes.ClientCredentials:
                return (new ClientCredentialsGrantRequest(http, client) { Scopes = SpaceList.Split(parameter(Parameters.Scope)) }, null);
            case GrantTypes.RefreshToken:
                return parameter(Parameters.RefreshToken) is { } token
                    ? (new RefreshGrantRequest(http, client, token) { Scopes = SpaceList.Split(parameter(Parameters.Scope)) }, null)
                    : (null, Parameters.RefreshToken);
            case GrantTypes.AuthorizationCode:
                if (parameter(Parameters.Code) is not { } code) return (null, Parameters.Code);
                return parameter(Parameters.RedirectUri) is { } redirectUri
                    ? (new CodeGrantRequest(http, client, code, redirectUri, parameter(Parameters.CodeVerifier)), null)
                    : (null, Parameters.RedirectUri);
            case GrantTypes.DeviceCode:
                return parameter(Parameters.DeviceCode) is { } deviceCode
                    ? (new ElsewhereGrantRequest(http, client, PendingKind.Device, deviceCode), null)
                    : (null, Parameters.DeviceCode);
            case GrantNames.Ciba:
                return parameter("auth_req_id") is { } requestId
                    ? (new ElsewhereGrantRequest(http, client, PendingKind.Backchannel, requestId), null)
                    : (null, "auth_req_id");
            case GrantNames.JwtBearer:
                return parameter(Parameters.Assertion) is { } assertion
                    ? (new JwtBearerGrantRequest(http, client, assertion) { Scopes = SpaceList.Split(parameter(Parameters.Scope)) }, null)
                    : (null, Parameters.Assertion);
            case GrantNames.TokenExchange:
                return ReadExchange(http, client, parameter);
            default:
                return (null, null);
        }
    }

    private static (GrantRequest? Request, string? Missing) ReadExchange(
        HttpContext http, RegisteredClient client, Func<string, string?> parameter)
    {
        if (parameter(Parameters.SubjectToken) is not { } subject) return (null, Parameters.SubjectToken);
        return parameter(Parameters.SubjectTokenType) is { } type
            ? (new TokenExchangeGrantRequest(http, client, subject, type)
            {
                Scopes = SpaceList.Split(parameter(Parameters.Scope)),
                Audience = parameter(Parameters.Audience),
                ActorToken = parameter(Parameters.ActorToken),
                ActorTokenType = parameter(Parameters.ActorTokenType),
                RequestedTokenType = parameter(Parameters.RequestedTokenType),
            }, null)
            : (null, Parameters.SubjectTokenType);
    }
}

/// <summary>RFC 6749 section 4.4.2.</summary>
public sealed record ClientCredentialsGrantRequest(HttpContext Http, RegisteredClient Client) : GrantRequest(Http, Client)
{
    public override string GrantType => GrantTypes.ClientCredentials;
}

/// <summary>RFC 6749 section 4.1.3 with RFC 7636 section 4.5; nothing about the code has been looked up.</summary>
public sealed record CodeGrantRequest(
    HttpContext Http, RegisteredClient Client, string Code, string RedirectUri, string? Verifier) : GrantRequest(Http, Client)
{
    public override string GrantType => GrantTypes.AuthorizationCode;
}

/// <summary>RFC 6749 section 6; the token is as it was presented.</summary>
public sealed record RefreshGrantRequest(HttpContext Http, RegisteredClient Client, string RefreshToken) : GrantRequest(Http, Client)
{
    public override string GrantType => GrantTypes.RefreshToken;
}

/// <summary>RFC 8628 section 3.4, CIBA Core 1.0 section 10.1; nothing about the secret has been looked up.</summary>
/// <param name="Secret">The device_code or the auth_req_id.</param>
public sealed record ElsewhereGrantRequest(HttpContext Http, RegisteredClient Client, PendingKind Kind, string Secret)
    : GrantRequest(Http, Client)
{
    public override string GrantType => Kind == PendingKind.Device ? GrantTypes.DeviceCode : GrantNames.Ciba;
}

/// <summary>E-mail address and password at /v1/auth/login.</summary>
public sealed record LoginGrantRequest(HttpContext Http, RegisteredClient Client, LoginRequest Body) : GrantRequest(Http, Client)
{
    public override string GrantType => GrantNames.Login;
}

/// <summary>The code of a second factor at /v1/auth/login.</summary>
public sealed record LoginCodeGrantRequest(HttpContext Http, RegisteredClient Client, LoginCodeRequest Body) : GrantRequest(Http, Client)
{
    public override string GrantType => GrantNames.Login;
}

/// <summary>RFC 7523 section 2.1; the assertion is as it was presented.</summary>
public sealed record JwtBearerGrantRequest(HttpContext Http, RegisteredClient Client, string Assertion) : GrantRequest(Http, Client)
{
    public override string GrantType => GrantNames.JwtBearer;
}

/// <summary>RFC 8693 section 2.1; nothing about the tokens has been judged.</summary>
public sealed record TokenExchangeGrantRequest(HttpContext Http, RegisteredClient Client, string SubjectToken, string SubjectTokenType)
    : GrantRequest(Http, Client)
{
    public override string GrantType => GrantNames.TokenExchange;

    public string? Audience { get; init; }

    public string? ActorToken { get; init; }

    public string? ActorTokenType { get; init; }

    public string? RequestedTokenType { get; init; }
}
