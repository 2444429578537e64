using System.Collections.Immutable;
using System.Text.Json;
using AuthServer.Clients.Scopes;

namespace AuthServer.Clients.Metadata;

/// <summary>The rules of RFC 7591 sections 2 and 2.1, and of this server, that metadata of the right types must still obey.</summary>
internal static class ClientMetadataRules
{
    private const string AuthorizationCode = "authorization_code";
    private static readonly string[] Grants = [AuthorizationCode, "refresh_token", "client_credentials"];

    public static void Check(ClientMetadata client, JsonElement json, ICollection<MetadataProblem> problems)
    {
        ExchangeMetadata.Check(client, problems);
        CibaMetadata.Check(client, problems);
        CheckGrants(client, problems);
        CheckAuthentication(client, json, problems);
        CheckRedirectUris(client, problems);
        CheckScopes(client, problems);
        RequestRules.Check(client, problems);
        LogoutMetadata.Check(client, problems);
        if (client.ApplicationType is not ("web" or "native")) problems.Add(new("application_type", "must be web or native"));
        foreach (var fault in SigningAlgorithms.FaultsOf(client.IdTokenSignedResponseAlg, client.AccessTokenSignedResponseAlg))
        {
            problems.Add(fault);
        }
        if (client.IdTokenClaims is not (IdTokenContents.Scopes or IdTokenContents.Minimal))
        {
            problems.Add(new("id_token_claims", $"must be {IdTokenContents.Scopes} or {IdTokenContents.Minimal}"));
        }
        TokenMetadata.Check(client, problems);
        if (client.ClientAssertionAudience is not (AssertionAudiences.Issuer or AssertionAudiences.TokenEndpoint))
        {
            problems.Add(new("client_assertion_audience", $"must be {AssertionAudiences.Issuer} or {AssertionAudiences.TokenEndpoint}"));
        }
        if (client.Brand is not null && !client.FirstParty)
        {
            // The page on which people type their password must not look like an app of somebody else.
            problems.Add(new("brand", "changes the pages of this server and is for first-party clients only"));
        }
        CheckResources("resources", client.Resources, problems);
        CheckResources("default_resources", client.DefaultResources, problems);
        CheckResources("allowed_resources", client.AllowedResources, problems);
        if (client.Resources.Length > 0 && client.IsPublic)
        {
            problems.Add(new("resources", "a public client may not introspect tokens (RFC 7662 section 2.1)"));
        }
    }

    private static void CheckResources(string member, ImmutableArray<string> resources, ICollection<MetadataProblem> problems)
    {
        for (var i = 0; i < resources.Length; i++)
        {
            if (ResourceIdentifiers.Fault(resources[i]) is { } fault) problems.Add(new($"{member}[{i}]", fault));
        }
    }

    private static void CheckGrants(ClientMetadata client, ICollection<MetadataProblem> problems)
    {
        for (var i = 0; i < client.GrantTypes.Length; i++)
        {
            var grant = client.GrantTypes[i];
            // RFC 6749 section 4.5: an extension grant is named by a URI; whether the server offers it is asked at the token endpoint.
            if (Grants.Contains(grant, StringComparer.Ordinal) || grant.StartsWith("urn:", StringComparison.Ordinal)) continue;
            problems.Add(new($"grant_types[{i}]", grant is "implicit" or "password"
                ? $"{grant} is not offered: it exposes what it handles (RFC 9700 section 2); use authorization_code with PKCE"
                : $"is not a grant type of this server: {grant}"));
        }
        if (client.GrantTypes.Contains(GrantNames.Login))
        {
            if (!client.FirstParty)
            {
                problems.Add(
                    new("grant_types", $"{GrantNames.Login} hands people's passwords to the client and is for first-party clients only"));
            }
            if (!client.GrantTypes.Contains("refresh_token") || !client.Scopes.Contains("offline_access"))
            {
                problems.Add(new("grant_types", $"{GrantNames.Login} needs refresh_token in grant_types and offline_access in scope"));
            }
        }
        for (var i = 0; i < client.ResponseTypes.Length; i++)
        {
            if (client.ResponseTypes[i] != "code")
            {
                problems.Add(new($"response_types[{i}]", "must be code, the only response type of this server"));
            }
        }
        // RFC 7591 section 2.1: the two lists must agree.
        var usesCode = client.GrantTypes.Contains(AuthorizationCode);
        if (usesCode && client.ResponseTypes.IsEmpty)
        {
            problems.Add(new("response_types", "must contain code, because grant_types contains authorization_code"));
        }
        if (!usesCode && client.ResponseTypes.Contains("code"))
        {
            problems.Add(new("response_types", "code needs authorization_code in grant_types"));
        }
        if (usesCode && client.RedirectUris.IsEmpty)
        {
            problems.Add(new("redirect_uris", "is missing: authorization_code needs at least one", MetadataProblem.InvalidRedirectUri));
        }
    }

    private static void CheckAuthentication(ClientMetadata client, JsonElement json, ICollection<MetadataProblem> problems)
    {
        ProofRules.Check(client, json, problems);
        if (client.IsPublic && client.GrantTypes.Contains("client_credentials"))
        {
            // RFC 6749 section 4.4: confidential clients only.
            problems.Add(
                new("grant_types", "client_credentials needs a client that authenticates; this one has token_endpoint_auth_method none"));
        }
        if (client is { IsPublic: true, RequirePkce: false })
        {
            problems.Add(new("require_pkce", "must not be false for a public client (RFC 9700 section 2.1.1)"));
        }
    }

    private static void CheckRedirectUris(ClientMetadata client, ICollection<MetadataProblem> problems)
    {
        var native = client.ApplicationType == "native";
        for (var i = 0; i < client.RedirectUris.Length; i++)
        {
            if (RedirectUris.Fault(client.RedirectUris[i], native) is { } fault)
            {
                problems.Add(new($"redirect_uris[{i}]", fault, MetadataProblem.InvalidRedirectUri));
            }
        }
        for (var i = 0; i < client.PostLogoutRedirectUris.Length; i++)
        {
            if (RedirectUris.Fault(client.PostLogoutRedirectUris[i], native) is { } fault)
            {
                problems.Add(new($"post_logout_redirect_uris[{i}]", fault));
            }
        }
    }

    private static void CheckScopes(ClientMetadata client, ICollection<MetadataProblem> problems)
    {
        if (client.ServiceAccount && !client.GrantTypes.Contains("client_credentials"))
        {
            problems.Add(new("service_account", "needs client_credentials in grant_types: it acts for nobody but itself"));
        }
        foreach (var scope in client.Scopes.Where(s => !ScopeNames.IsValid(s)))
        {
            problems.Add(new("scope", $"is not a scope name (RFC 6749 section 3.3): {scope}"));
        }
        if (client.Scopes.Contains(ScopeNames.AccountWrite) && !client.FirstParty)
        {
            problems.Add(new("scope", $"{ScopeNames.AccountWrite} changes a person's account and is for first-party clients only"));
        }
    }
}
