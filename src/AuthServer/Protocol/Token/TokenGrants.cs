using System.Collections.Frozen;
using AuthServer.Clients.Metadata;
using AuthServer.Protocol.Token.FirstParty;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Token;

/// <summary>Finds the grant of a grant type; only that one is made for a request.</summary>
public static class TokenGrants
{
    private static readonly FrozenDictionary<string, Type> ByGrantType = new Dictionary<string, Type>
    {
        [GrantTypes.AuthorizationCode] = typeof(AuthorizationCodeGrant),
        [GrantTypes.RefreshToken] = typeof(RefreshTokenGrant),
        [GrantTypes.ClientCredentials] = typeof(ClientCredentialsGrant),
        [GrantNames.Login] = typeof(LoginGrant),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IServiceCollection AddTokenGrants(this IServiceCollection services)
    {
        foreach (var grant in ByGrantType.Values) services.AddScoped(grant);
        return services;
    }

    public static ITokenGrant? Find(HttpContext http, string? grantType) =>
        grantType is not null && ByGrantType.TryGetValue(grantType, out var grant) ? (ITokenGrant)http.RequestServices.GetRequiredService(grant) : null;
}
