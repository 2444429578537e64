using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Clients.Certificates;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.Profiles;
using AuthServer.Clients.Scopes;
using AuthServer.Configuration;
using AuthServer.Keys;
using OpenIddict.Abstractions;

namespace AuthServer.Clients.Registration;

/// <summary>
/// What a client may say of itself when it registers: a part of what an operator may, with every default filled in, and the same rules.
/// </summary>
public static class RegistrationRules
{
    private const int MostUris = 20;

    private const string Grants = "grant_types", Responses = "response_types", Scope = "scope", Method = "token_endpoint_auth_method",
        Redirects = "redirect_uris", Application = "application_type", IdTokenAlgorithm = "id_token_signed_response_alg",
        Audience = "client_assertion_audience";

    /// <summary>
    /// RFC 7591 section 2: others are ignored, above all those by which an operator trusts a client (first_party, trusted, resources).
    /// </summary>
    public static FrozenSet<string> Members { get; } = new[]
    {
        "client_name", Redirects, "post_logout_redirect_uris", Grants, Responses, Scope, Application, Method, IdTokenAlgorithm,
        "default_max_age", "require_auth_time", "contacts", "logo_uri", "client_uri", "policy_uri", "tos_uri", "initiate_login_uri", "jwks",
        "jwks_uri", "software_id", "token_endpoint_auth_signing_alg", "require_pushed_authorization_requests",
        "require_signed_request_object", "request_object_signing_alg", "request_uris", "authorization_signed_response_alg",
        SecurityProfiles.Member, SenderMetadata.DPoPMember, SenderMetadata.CertificateMember,
        TokenMetadata.UserInfoMember, TokenMetadata.SubjectTypeMember, TokenMetadata.SectorMember, Audience,
        LogoutMetadata.BackchannelUriMember, LogoutMetadata.BackchannelSessionMember, LogoutMetadata.FrontchannelUriMember,
        LogoutMetadata.FrontchannelSessionMember,
    }.Concat(CibaMetadata.Members).Concat(EncryptionRules.Members).Concat(ProofRules.OfCertificates).ToFrozenSet(StringComparer.Ordinal);

    private static readonly string[] Secrets = ["client_secret", "client_secret_expires_at"];

    // Without people a client that nobody knows has nothing to do here.
    private static readonly FrozenSet<string> Allowed = new[] { "authorization_code", "refresh_token" }.ToFrozenSet(StringComparer.Ordinal);

    // A document speaks to every server at once: what is not for it here is left out, and refuses nothing.
    private static readonly FrozenSet<string> GrantsOfDocuments = Allowed.Append(OpenIddictConstants.GrantTypes.DeviceCode)
        .ToFrozenSet(StringComparer.Ordinal);

    // Anybody publishes one: it has no addresses that this server would ask for it during a sign-in, no requests without a browser, no
    // other security profile than that of the server, and no certificate that the operator's authority signs.
    private static readonly FrozenSet<string> MembersOfDocuments = Members
        .Except(
            [.. CibaMetadata.Members, .. ProofRules.OfCertificates, "request_uris", TokenMetadata.SectorMember, SecurityProfiles.Member])
        .ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> ResponsesOfDocuments = new[] { "code" }.ToFrozenSet(StringComparer.Ordinal);

    /// <returns>What is registered, as it is answered too; usable only where there is no problem.</returns>
    public static (ClientMetadata Metadata, ImmutableArray<MetadataProblem> Problems) Read(
        JsonObject asked, ClientRegistrationOptions options, SecurityProfileOptions profiles, MtlsOptions mtls)
    {
        var (problems, json) = (new List<MetadataProblem>(), Known(asked, Members));
        json.TryAdd(Application, IsOfDevice(json) ? "native" : "web");
        json.TryAdd(Grants, new JsonArray("authorization_code"));
        json.TryAdd(Responses, UsesCode(json) ? new JsonArray("code") : []);
        json.TryAdd(Method, ClientAuthMethods.Basic);
        var profile = ProfileOf(json, profiles.Default, problems);
        json.TryAdd(IdTokenAlgorithm, SecurityProfiles.IsFapi(profile) ? RingKeys.Es256 : RingKeys.Rs256);
        if (options.TakesTokenEndpointAudience && !SecurityProfiles.IsFapi(profile))
        {
            json.TryAdd(Audience, AssertionAudiences.TokenEndpoint);
        }
        json[Scope] = ScopeOf(json, options);
        var metadata = ProfileRules.Read(JsonElement.Parse(json.ToJsonString()), profiles.Default, problems);
        if (problems.Count == 0 && metadata.GrantTypes.FirstOrDefault(g => !IsAllowed(g, options)) is { } grant)
        {
            problems.Add(new(Grants, $"{grant} is not for clients that register themselves"));
        }
        // RFC 7591 section 2: it could never authenticate.
        if (!mtls.Offers(metadata.TokenEndpointAuthMethod))
        {
            problems.Add(new(Method, $"{metadata.TokenEndpointAuthMethod} is not offered here: discovery names the methods that are"));
        }
        CheckRedirects(metadata, problems);
        return (WithKnownKeys(metadata), [.. problems]);
    }

    /// <summary>What a client says of itself in a document that it publishes (draft-ietf-oauth-client-id-metadata-document).</summary>
    /// <inheritdoc cref="Read"/>
    public static (ClientMetadata Metadata, ImmutableArray<MetadataProblem> Problems) ReadDocument(
        JsonObject published, ClientRegistrationOptions options)
    {
        var (problems, json) = (new List<MetadataProblem>(), Known(published, MembersOfDocuments));
        // Everybody can read it. Section 4.1 of the draft.
        foreach (var secret in Secrets.Where(published.ContainsKey))
        {
            problems.Add(new(secret, "must not be in a document that everybody can read"));
        }

        // The same program may have an address on the web and one on each device.
        json.TryAdd(Application, json[Redirects] is JsonArray uris && uris.Any(IsAddressOfDevice) ? "native" : "web");
        json.TryAdd(Grants, new JsonArray("authorization_code"));
        json.TryAdd(Method, ClientAuthMethods.None);
        if (options.TakesTokenEndpointAudience) json.TryAdd(Audience, AssertionAudiences.TokenEndpoint);
        KeepOnly(json, Grants, GrantsOfDocuments);
        KeepOnly(json, Responses, ResponsesOfDocuments);
        json[Scope] = ScopeOf(json, options);
        var metadata = ClientMetadataReader.Read(JsonElement.Parse(json.ToJsonString()), problems);
        if (problems.Count == 0 && metadata.GrantTypes.IsEmpty) problems.Add(new(Grants, "has none that such a client gets here"));
        if (metadata.TokenEndpointAuthMethod is not (ClientAuthMethods.None or ClientAuthMethods.PrivateKeyJwt))
        {
            problems.Add(new(Method, $"must be {ClientAuthMethods.None} or {ClientAuthMethods.PrivateKeyJwt}: there is no shared secret"));
        }
        CheckRedirects(metadata, problems);
        return (WithKnownKeys(metadata), [.. problems]);
    }

    private static JsonObject Known(JsonObject asked, FrozenSet<string> members)
    {
        var json = new JsonObject();
        foreach (var (name, value) in asked)
        {
            // RFC 7591 section 2: null says the same as nothing.
            if (value is not null && members.Contains(name)) json[name] = value.DeepClone();
        }

        return json;
    }

    // The one member that is an object and of a client's own making.
    private static ClientMetadata WithKnownKeys(ClientMetadata metadata)
    {
        if (metadata.Json["jwks"] is not JsonObject jwks) return metadata;
        var known = KeySetRules.Known(jwks);
        metadata.Json["jwks"] = known;
        return metadata with { Jwks = JsonElement.Parse(known.ToJsonString()) };
    }

    private static void KeepOnly(JsonObject json, string member, FrozenSet<string> allowed)
    {
        if (json[member] is not JsonArray list) return;
        var others = list.Where(v => v is JsonValue value && value.TryGetValue<string>(out var text) && !allowed.Contains(text));
        foreach (var other in others.ToList()) list.Remove(other);
    }

    // A client of CIBA has this server write to people whom it names: the operator knows to whom an initial access token was given.
    private static bool IsAllowed(string grant, ClientRegistrationOptions options) =>
        Allowed.Contains(grant) || (grant == GrantNames.Ciba && options.Mode == ClientRegistrationMode.Token);

    private static bool UsesCode(JsonObject json) => json[Grants] is not JsonArray grants || grants.Any(
        grant => grant is JsonValue value && value.TryGetValue<string>(out var name) && name == "authorization_code");

    // A client that nobody has vouched for may ask for more than the others are held to, and never for less.
    private static SecurityProfile? ProfileOf(JsonObject json, SecurityProfile setting, List<MetadataProblem> problems)
    {
        var isPublic = json[Method] is JsonValue method && method.TryGetValue<string>(out var by) && by == ClientAuthMethods.None;
        var least = SecurityProfiles.OfUnnamed(setting, isPublic);
        if (json[SecurityProfiles.Member] is not JsonValue value || !value.TryGetValue<string>(out var name)) return least;
        var named = SecurityProfiles.Of(name);
        if (named < least)
        {
            problems.Add(new(SecurityProfiles.Member, $"{name} is not for clients that register themselves here"));
        }
        return named;
    }

    // OpenID Connect Dynamic Client Registration 1.0 section 2: web is the default. Programs of a device leave it out all the same, and an
    // address on the device can be nothing else.
    private static bool IsOfDevice(JsonObject json) => json[Redirects] is JsonArray { Count: > 0 } uris && uris.All(IsAddressOfDevice);

    private static bool IsAddressOfDevice(JsonNode? uri) =>
        uri is JsonValue value && value.TryGetValue<string>(out var text) && !text.StartsWith("https:", StringComparison.Ordinal);

    private static JsonNode? ScopeOf(JsonObject json, ClientRegistrationOptions options)
    {
        var asked = json[Scope];
        // Of another type: the reader refuses it.
        if (asked is not null && (asked is not JsonValue value || !value.TryGetValue<string>(out _))) return asked.DeepClone();
        // Which scopes of an API it needs a client learns only when it calls (insufficient_scope, RFC 6750 section 3.1), and then it asks
        // for more than it has registered. Nothing is given away: the person is asked for each.
        IEnumerable<string> wanted = asked is null ? options.Scopes
            : [.. SpaceList.Split(asked.GetValue<string>()), .. options.Scopes.Where(IsOfApi)];
        var refreshes = json[Grants] is JsonArray grants && grants.Any(g => g is JsonValue v && v.TryGetValue<string>(out var t)
            && t == "refresh_token");
        return string.Join(' ', wanted.Where(s => options.Scopes.Contains(s) && (s != "offline_access" || refreshes)).Distinct()) is
            { Length: > 0 } granted ? granted : "openid";
    }

    private static bool IsOfApi(string scope) => !ScopeNames.Standard.Contains(scope) && !ScopeNames.IsOfAccounts(scope);

    private static void CheckRedirects(ClientMetadata metadata, List<MetadataProblem> problems)
    {
        if (metadata.RedirectUris.Length > MostUris || metadata.PostLogoutRedirectUris.Length > MostUris)
        {
            problems.Add(new(Redirects, $"must not be more than {MostUris}", MetadataProblem.InvalidRedirectUri));
        }
        if (metadata.ApplicationType != "web") return;
        // Section 2 again: a web client is on no person's own device.
        foreach (var uri in metadata.RedirectUris.Where(LoopbackAddress.Is))
        {
            problems.Add(new(Redirects, $"{uri} needs application_type native", MetadataProblem.InvalidRedirectUri));
        }
    }
}
