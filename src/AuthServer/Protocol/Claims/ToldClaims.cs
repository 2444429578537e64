using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.Scopes;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.Sessions;
using AuthServer.Users.Profile;

namespace AuthServer.Protocol.Claims;

/// <summary>What a client is told of a person, and where: in ID tokens, at userinfo, in access tokens.</summary>
public static class ToldClaims
{
    /// <summary>Of what is told in an access token: requests carry it in a header, and readers limit its length.</summary>
    private const int LongestInAccessToken = 3000;

    /// <summary>
    /// Most relying parties read nothing but the ID token, so it tells what userinfo would (OpenID Connect Core 5.4 and 5.5).
    /// </summary>
    /// <returns>Null where nothing is told.</returns>
    public static JsonObject? InIdToken(GrantedSession session, Disclosure disclosure, RegisteredClient client) =>
        disclosure.TellsInIdTokens || !client.ClaimsMapping.IsEmpty
            ? Of(new(session.Person, session.Roles, disclosure.Scopes, client), ClaimPlaces.IdToken, disclosure.TellsInIdToken)
            : null;

    /// <summary>Without <c>sub</c>.</summary>
    public static JsonObject AtUserInfo(ToldUser person, Disclosure disclosure, RegisteredClient client) =>
        Of(new(person.User, person.Roles, disclosure.Scopes, client), ClaimPlaces.UserInfo, disclosure.Tells);

    /// <summary>Roles, groups (RFC 9068 section 2.2.3.1) and mapped claims alone: the API that reads the token decides by them.</summary>
    /// <param name="scopes">Those of the token.</param>
    /// <returns>Null where nothing is told, and where it would be too long: an API then asks userinfo or this server's own API.</returns>
    public static JsonObject? InAccessToken(GrantedSession session, ImmutableArray<string> scopes, RegisteredClient client) =>
        InAccessToken(session.Person, session.Roles, scopes, client);

    /// <summary>The same of a client on its own behalf, which has nothing but constants.</summary>
    public static JsonObject? OfClient(ImmutableArray<string> scopes, RegisteredClient client) => InAccessToken(null, [], scopes, client);

    /// <summary>
    /// The roles that the exchanged token tells and that the person has, as far as this client may know them, and the constants of this
    /// client. A constant of the other client looks like a role, and gives nothing beyond that client's own tokens.
    /// </summary>
    /// <param name="held">The roles of the person; none of a client on its own behalf.</param>
    public static JsonObject? OfExchanged(
        AccessToken token, ImmutableArray<string> held, ImmutableArray<string> scopes, RegisteredClient client)
    {
        var lists = token.Told.Where(told => IsOfRoles(told.Key) && told.Value.ValueKind == JsonValueKind.Array).ToList();
        if (lists.Count == 0) return OfClient(scopes.Remove(ScopeNames.Roles).Remove(ScopeNames.Groups), client);
        var told = lists.SelectMany(list => list.Value.EnumerateArray()).Where(role => role.ValueKind == JsonValueKind.String)
            .Select(role => role.GetString()!).ToHashSet(StringComparer.Ordinal);
        return InAccessToken(null, held.Keep(told, static (role, those) => those.Contains(role)), scopes, client);
    }

    private static JsonObject? InAccessToken(
        User? user, ImmutableArray<string> roles, ImmutableArray<string> scopes, RegisteredClient client)
    {
        var tellsRoles = scopes.Contains(ScopeNames.Roles) || scopes.Contains(ScopeNames.Groups);
        if (!tellsRoles && client.ClaimsMapping.IsEmpty) return null;
        var told = Of(new(user, roles, scopes, client), ClaimPlaces.AccessToken, name => IsOfRoles(name) && scopes.Contains(name));
        return told.Count > 0 && told.ToJsonString().Length <= LongestInAccessToken ? told : null;
    }

    private static JsonObject Of(Known known, ClaimPlaces place, Func<string, bool> isTold)
    {
        var claims = known.User is null ? [] : StandardClaims.Of(known.User);
        var mapped = known.Client.ClaimsMapping.IsEmpty ? [] : Mapped(known, place, claims);
        foreach (var name in claims.Select(claim => claim.Key).ToList())
        {
            if (!isTold(name)) claims.Remove(name);
        }

        // There are no groups beside roles: apps differ in the name by which they ask for the same. An empty list says that there are none
        // any more.
        foreach (var name in (ReadOnlySpan<string>)[StandardClaims.RoleClaim, StandardClaims.GroupClaim])
        {
            if (isTold(name)) claims[name] = known.RoleNames();
        }

        foreach (var (name, value) in mapped) claims[name] = value;
        return claims;
    }

    // What a person has not granted is not told under another name either: the scope of the source counts, and that of the mapping.
    private static List<(string Name, JsonNode Value)> Mapped(Known known, ClaimPlaces place, JsonObject claims)
    {
        var mapped = new List<(string, JsonNode)>();
        foreach (var claim in known.Client.ClaimsMapping)
        {
            if ((claim.Places & place) == 0 || (claim.Scope is { } scope && !known.Scopes.Contains(scope))) continue;
            var value = claim switch
            {
                { Value: { ValueKind: JsonValueKind.Array } list } => JsonArray.Create(list),
                { Value: { } constant } => JsonValue.Create(constant),
                { Source: { } source } when !IsOfRoles(source) =>
                    known.Scopes.Contains(StandardClaims.ScopeOf(source) ?? "") ? claims[source]?.DeepClone() : null,
                _ => known.MayTellRoles ? known.RoleNames() : null,
            };
            if (value is not null) mapped.Add((claim.Claim, value));
        }

        return mapped;
    }

    private static bool IsOfRoles(string name) => name is StandardClaims.RoleClaim or StandardClaims.GroupClaim;

    private readonly record struct Known(User? User, ImmutableArray<string> Roles, ImmutableArray<string> Scopes, RegisteredClient Client)
    {
        public bool MayTellRoles => Scopes.Contains(ScopeNames.Roles) || Scopes.Contains(ScopeNames.Groups);

        public JsonArray RoleNames() => [.. Roles.Where(Client.Tokens.MayKnowRole).Select(role => JsonValue.Create(role))];
    }
}
