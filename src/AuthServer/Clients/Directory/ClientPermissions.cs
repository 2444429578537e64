using AuthServer.Clients.Metadata;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Clients.Directory;

/// <summary>What a client is registered for: endpoints, grants and response types.</summary>
/// <remarks>A client that asks for more is answered <c>unauthorized_client</c>; the texts say why.</remarks>
public static class ClientPermissions
{
    /// <summary>For every endpoint alike.</summary>
    public const string EndpointFault = "The client is not registered for this endpoint.";

    /// <summary>For every sign-in with a client whose document cannot be read any more.</summary>
    public const string WithdrawnFault = "The document that describes the client cannot be had from its address, or is not valid any more.";

    private const string ProfileFault =
        "The registration of the client does not fit its security profile. AuthServer clients check tells its operator what to change.";

    /// <summary>For every grant alike.</summary>
    public const string GrantFault = "The client is not registered for this grant type.";

    public static readonly string Authorization = NameOf(Permissions.Endpoints.Authorization);
    public static readonly string PushedAuthorization = NameOf(Permissions.Endpoints.PushedAuthorization);
    public static readonly string Token = NameOf(Permissions.Endpoints.Token);
    public static readonly string Introspection = NameOf(Permissions.Endpoints.Introspection);
    public static readonly string Revocation = NameOf(Permissions.Endpoints.Revocation);
    public static readonly string DeviceAuthorization = NameOf(Permissions.Endpoints.DeviceAuthorization);
    public static readonly string EndSession = NameOf(Permissions.Endpoints.EndSession);

    /// <param name="endpoint">One of the names above.</param>
    public static bool MayCall(RegisteredClient client, string endpoint) => FaultAt(client, endpoint) is null;

    /// <summary>Why the client may not call an endpoint, or null.</summary>
    public static string? FaultAt(RegisteredClient client, string endpoint) =>
        !client.Endpoints.Contains(endpoint) ? EndpointFault
        // What it has got it may still give back, and ask about.
        : client.ProfileFault is not null && endpoint != Revocation && endpoint != EndSession && endpoint != Introspection ? ProfileFault
        : null;

    /// <summary>
    /// RFC 6749 section 4.4: a public client may not use client_credentials; nor may it exchange tokens, present assertions or use CIBA.
    /// </summary>
    public static bool MayUse(RegisteredClient client, string grantType) =>
        client.GrantTypes.Contains(grantType)
        && !(client.IsPublic && grantType is GrantTypes.ClientCredentials or GrantNames.TokenExchange or GrantNames.JwtBearer
            or GrantNames.Ciba);

    /// <summary>Whether tokens behind which no person stands are good: a client that is gone, or may have none today, has none.</summary>
    public static bool MayActAlone(RegisteredClient? client) => client is not null
        && (MayUse(client, GrantTypes.ClientCredentials) || MayUse(client, GrantNames.TokenExchange));

    /// <summary>Why the client may not ask the authorization endpoint for this response type, or null.</summary>
    /// <remarks>The only response type of this server is code, so the grant is that of codes.</remarks>
    public static string? FaultAtAuthorization(RegisteredClient client, string? responseType) =>
        client.IsWithdrawn ? WithdrawnFault
        : FaultAt(client, Authorization) is { } fault ? fault
        : !MayUse(client, GrantTypes.AuthorizationCode) ? GrantFault
        : responseType is null || !client.ResponseTypes.Contains(responseType) ? "The client is not registered for this response type."
        : null;

    private static string NameOf(string permission) => permission[Permissions.Prefixes.Endpoint.Length..];
}
