using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Configuration;

namespace AuthServer.Clients.Metadata;

/// <summary>Turns JSON into client metadata: types first, then the rules that span members.</summary>
public static class ClientMetadataReader
{
    private const string AuthorizationCode = "authorization_code";
    private const string RefreshToken = "refresh_token";

    /// <summary>The members that ReadMembers reads; a test compares the two.</summary>
    internal static readonly FrozenSet<string> Known = new[]
    {
        SecurityProfiles.Member, ExchangeMetadata.Member, ClaimsMapping.Member,
        "client_name", "redirect_uris", "post_logout_redirect_uris", "grant_types", "response_types", "scope", "application_type",
        "token_endpoint_auth_method", "token_endpoint_auth_signing_alg", "id_token_signed_response_alg", "default_max_age",
        SenderMetadata.DPoPMember, SenderMetadata.CertificateMember,
        TokenMetadata.AccessTokenLifetimeMember, TokenMetadata.RefreshTokenLifetimeMember,
        TokenMetadata.UserInfoMember, TokenMetadata.IntrospectionMember, TokenMetadata.SubjectTypeMember, TokenMetadata.SectorMember,
        TokenMetadata.DisclosedRolesMember,
        "require_auth_time", "contacts", "logo_uri", "client_uri", "policy_uri", "tos_uri", "initiate_login_uri", "jwks", "jwks_uri",
        "software_id", "first_party", "trusted", "require_pkce", "resources", "default_resources", "allowed_resources",
        "refresh_grace_seconds", "id_token_claims", "access_token_signed_response_alg", "client_assertion_audience",
        "service_account", "require_second_factor", "brand",
    }.Concat(RequestRules.Members).Concat(EncryptionRules.Members).Concat(LogoutMetadata.Members).Concat(CibaMetadata.Members)
        .ToFrozenSet(StringComparer.Ordinal);

    /// <returns>The metadata; it may be used only when no problem was added.</returns>
    public static ClientMetadata Read(JsonElement json, ICollection<MetadataProblem> problems)
    {
        var before = problems.Count;
        var metadata = ReadMembers(json, problems);
        // The rules would only repeat in other words what a wrong type has already caused.
        if (problems.Count == before) ClientMetadataRules.Check(metadata, json, problems);
        return metadata;
    }

    /// <summary>Reads what a row holds: it has passed the rules, of an older version perhaps, so nothing is refused.</summary>
    internal static ClientMetadata ReadLeniently(JsonElement json) => ReadLeniently(json, out _);

    /// <param name="isKnown">Every member is one that this version knows, and of the right type.</param>
    internal static ClientMetadata ReadLeniently(JsonElement json, out bool isKnown)
    {
        var problems = new List<MetadataProblem>();
        var metadata = ReadMembers(json, problems);
        isKnown = problems.Count == 0 && json.EnumerateObject().All(member => Known.Contains(member.Name));
        return metadata;
    }

    private static ClientMetadata ReadMembers(JsonElement json, ICollection<MetadataProblem> problems)
    {
        var read = new JsonMembers(json, problems);
        var grants = read.TextList("grant_types") ?? [AuthorizationCode];
        return new()
        {
            ClientName = read.Text("client_name", 200),
            Profile = SecurityProfiles.Read(read, problems),
            Sender = SenderMetadata.Read(read),
            Tokens = TokenMetadata.Read(read),
            RedirectUris = read.TextList("redirect_uris") ?? [],
            PostLogoutRedirectUris = read.TextList("post_logout_redirect_uris") ?? [],
            GrantTypes = grants,
            // RFC 7591 section 2 says "code" when omitted, which would contradict a client that never asks for a code.
            ResponseTypes = read.TextList("response_types") ?? (grants.Contains(AuthorizationCode) ? ["code"] : []),
            Scopes = ScopesOf(read.Text("scope", 4000), grants),
            ApplicationType = read.Text("application_type", 50) ?? "web",
            TokenEndpointAuthMethod = read.Text("token_endpoint_auth_method", 50) ?? ClientAuthMethods.Basic,
            IdTokenSignedResponseAlg = read.Text("id_token_signed_response_alg", 50) ?? "RS256",
            IdTokenClaims = read.Text("id_token_claims", 50) ?? IdTokenContents.Scopes,
            AccessTokenSignedResponseAlg = read.Text("access_token_signed_response_alg", 50),
            ClientAssertionAudience = read.Text("client_assertion_audience", 50) ?? AssertionAudiences.Issuer,
            Proof = ProofRules.Read(read),
            DefaultMaxAge = read.Seconds("default_max_age", int.MaxValue),
            RequireAuthTime = read.Flag("require_auth_time") ?? false,
            Contacts = read.TextList("contacts") ?? [],
            LogoUri = read.WebAddress("logo_uri"),
            ClientUri = read.WebAddress("client_uri"),
            PolicyUri = read.WebAddress("policy_uri"),
            TosUri = read.WebAddress("tos_uri"),
            InitiateLoginUri = read.WebAddress("initiate_login_uri"),
            Jwks = read.Object("jwks"),
            JwksUri = read.WebAddress("jwks_uri"),
            SoftwareId = read.Text("software_id", 255),
            Ciba = CibaMetadata.Read(json, problems),
            Logout = LogoutMetadata.Read(json, problems),
            FirstParty = read.Flag("first_party") ?? false,
            Trusted = read.Flag("trusted") ?? false,
            ServiceAccount = read.Flag("service_account") ?? false,
            RequireSecondFactor = read.Flag("require_second_factor") ?? false,
            Brand = BrandMetadata.Read(read.Object("brand"), problems),
            TokenExchange = ExchangeMetadata.Read(read.Object(ExchangeMetadata.Member), problems),
            ClaimsMapping = ClaimsMapping.Read(json, problems),
            RequirePkce = read.Flag("require_pkce"),
            Requests = RequestRules.Read(read),
            Resources = read.TextList("resources") ?? [],
            DefaultResources = read.TextList("default_resources") ?? [],
            AllowedResources = read.TextList("allowed_resources") ?? [],
            RefreshGrace = read.Seconds("refresh_grace_seconds", 300),
            Json = Kept(json),
        };
    }

    /// <summary>RFC 7591 section 2: without "scope" the server chooses; for people that is who they are, for machines nothing.</summary>
    private static ImmutableArray<string> ScopesOf(string? scope, ImmutableArray<string> grants)
    {
        if (scope is not null) return SpaceList.Split(scope);
        if (!grants.Contains(AuthorizationCode)) return [];
        return grants.Contains(RefreshToken) ? ["openid", "profile", "email", "offline_access"] : ["openid", "profile", "email"];
    }

    private static JsonObject Kept(JsonElement json)
    {
        var kept = JsonObject.Create(json) ?? [];
        kept = (JsonObject)kept.DeepClone();
        kept.Remove("client_id");
        kept.Remove("client_secret");
        return kept;
    }
}
