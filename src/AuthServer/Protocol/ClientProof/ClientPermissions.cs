using AuthServer.Clients.Directory;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.ClientProof;

/// <summary>What a client is registered for: endpoints and grants.</summary>
public static class ClientPermissions
{
    public static readonly string Authorization = NameOf(Permissions.Endpoints.Authorization);
    public static readonly string Token = NameOf(Permissions.Endpoints.Token);
    public static readonly string Introspection = NameOf(Permissions.Endpoints.Introspection);
    public static readonly string Revocation = NameOf(Permissions.Endpoints.Revocation);

    /// <param name="endpoint">One of the names above.</param>
    public static bool MayCall(RegisteredClient client, string endpoint) => client.Endpoints.Contains(endpoint);

    /// <summary>RFC 6749 section 4.4: a public client may not use client_credentials.</summary>
    public static bool MayUse(RegisteredClient client, string grantType) =>
        client.GrantTypes.Contains(grantType) && !(client.IsPublic && grantType == GrantTypes.ClientCredentials);

    private static string NameOf(string permission) => permission[Permissions.Prefixes.Endpoint.Length..];
}
