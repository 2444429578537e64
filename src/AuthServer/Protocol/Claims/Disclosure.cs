using System.Collections.Immutable;
using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Configuration;
using AuthServer.Users.Profile;

namespace AuthServer.Protocol.Claims;

/// <summary>
/// What an app may learn about a person and do for them: the one decision of consent page, stored consent, issue, refresh and userinfo.
/// </summary>
/// <remarks>
/// Each of them makes it anew from what was asked or granted and from the client's registration of today, so that a scope taken from
/// the registration is gone at once. <see cref="Of"/> is the only way to make one from a request, a code, a session or a token.
/// </remarks>
/// <param name="Scopes">In the order asked for.</param>
/// <param name="UserInfo">Claims for userinfo that were asked for one by one (OpenID Connect Core 5.5).</param>
/// <param name="IdToken">Claims for the ID token that were asked for one by one.</param>
public sealed record Disclosure(ImmutableArray<string> Scopes, ImmutableArray<string> UserInfo, ImmutableArray<string> IdToken)
{
    /// <summary>The APIs that tokens may be for, this server aside; known where a person is asked.</summary>
    public ImmutableArray<string> Resources { get; init; } = [];

    /// <summary>Whether ID tokens tell the claims of the scopes too, as the registration says (<c>id_token_claims</c>).</summary>
    public bool ScopesInIdToken { get; init; }

    /// <summary>Whether an ID token may tell anything about the person.</summary>
    public bool TellsInIdTokens => !IdToken.IsEmpty || (ScopesInIdToken && Scopes.Any(StandardClaims.IsScope));

    /// <summary>Claims that none of the scopes includes: the consent page names them.</summary>
    public ImmutableArray<string> SingleClaims => UserInfo.IsEmpty && IdToken.IsEmpty
        ? []
        : [.. UserInfo.Union(IdToken).Where(claim => !Scopes.Contains(StandardClaims.ScopeOf(claim)!))];

    /// <summary>Leaves out what this client is not registered for now, and what this person may not give.</summary>
    /// <param name="scopes">As asked for or as granted.</param>
    /// <param name="isAdmin">Whether the person is an admin now.</param>
    public static Disclosure Of(ImmutableArray<string> scopes, RequestedClaims claims, RegisteredClient client, bool isAdmin) => new(
        ScopeRules.ForPerson(scopes, client, isAdmin).Once(), Registered(claims.UserInfo, client), Registered(claims.IdToken, client))
    {
        ScopesInIdToken = client.IdTokenClaims == IdTokenContents.Scopes,
    };

    /// <summary>Whether userinfo tells a claim.</summary>
    public bool Tells(string claim) => UserInfo.Contains(claim) || Includes(claim);

    /// <summary>Whether an ID token tells a claim.</summary>
    public bool TellsInIdToken(string claim) => IdToken.Contains(claim) || (ScopesInIdToken && Includes(claim));

    /// <summary>The claims asked for one by one in the form of the <c>claims</c> parameter; null when there are none.</summary>
    /// <remarks>
    /// The session keeps this and not what was sent: what the person was not shown never comes back with a later registration.
    /// </remarks>
    public string? ClaimsText()
    {
        if (UserInfo.IsEmpty && IdToken.IsEmpty) return null;
        return new JsonObject { ["userinfo"] = Members(UserInfo), ["id_token"] = Members(IdToken) }.ToJsonString();
    }

    private bool Includes(string claim) => StandardClaims.ScopeOf(claim) is { } scope && Scopes.Contains(scope);

    // A claim comes with the scope that includes it (OpenID Connect Core 5.4); without a scope it is not one about the person.
    private static ImmutableArray<string> Registered(ImmutableArray<string> claims, RegisteredClient client) => claims.Keep(
        client, static (claim, client) => StandardClaims.ScopeOf(claim) is { } scope && client.Scopes.Contains(scope));

    private static JsonObject Members(ImmutableArray<string> claims) =>
        new(claims.Select(claim => KeyValuePair.Create(claim, (JsonNode?)null)));
}
