using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.Profiles;
using AuthServer.Clients.PublicKeys;
using AuthServer.Data.Entities;
using AuthServer.Ui.Brand;
using OpenIddict.Abstractions;
using Redirects = AuthServer.Clients.Metadata.RedirectUris;

namespace AuthServer.Clients.Directory;

/// <summary>An immutable snapshot of a registered client, in the words of RFC 7591.</summary>
public sealed record RegisteredClient
{
    /// <summary>
    /// How long the previous refresh token of a session still answers with the same successor, unless the client says otherwise.
    /// </summary>
    public static readonly TimeSpan DefaultRefreshGrace = TimeSpan.FromSeconds(30);

    public required Guid Id { get; init; }

    public required string ClientId { get; init; }

    /// <summary>The name for people; the client id where none was registered.</summary>
    public required string Name { get; init; }

    /// <summary>web or native.</summary>
    public required string ApplicationType { get; init; }

    public required bool IsPublic { get; init; }

    public required ImmutableArray<string> RedirectUris { get; init; }

    public required ImmutableArray<string> PostLogoutRedirectUris { get; init; }

    public required FrozenSet<string> GrantTypes { get; init; }

    public required FrozenSet<string> ResponseTypes { get; init; }

    /// <summary>The endpoints that the client may call, in OpenIddict's words.</summary>
    public required FrozenSet<string> Endpoints { get; init; }

    /// <summary>The scopes that the client may ask for.</summary>
    public required FrozenSet<string> Scopes { get; init; }

    /// <summary>Ours: an app of the operator, not of a third party.</summary>
    public bool FirstParty { get; init; }

    /// <summary>Ours: it may have users:read and users:write on its own behalf (client_credentials), and so manage accounts.</summary>
    public bool ServiceAccount { get; init; }

    /// <summary>Ours: nobody but itself says who it is (RFC 7591, or a document of its publisher).</summary>
    public bool IsSelfRegistered { get; init; }

    /// <summary>
    /// Ours: the operator answers for it, or somebody whom they trust (<see cref="Vouching"/>). Otherwise it could be anybody's, and its
    /// addresses are trusted with nothing (<see cref="ClientTrust"/>).
    /// </summary>
    public bool IsVouchedFor { get; init; } = true;

    /// <summary>The host that publishes the document which describes the client, in ASCII; null where there is no such document.</summary>
    public string? Publisher { get; init; }

    /// <summary>Whether it has a row: false for a client that a document describes, as long as nobody has allowed it anything.</summary>
    public bool IsKept { get; init; } = true;

    /// <summary>Its document is not to be had at the moment: what was allowed stands, and nobody signs in with it.</summary>
    public bool IsWithdrawn { get; init; }

    /// <summary>Whether all answers go to the machine of the person, where nothing proves which program takes them.</summary>
    public bool ReturnsToLoopbackAlone => RedirectUris.Length > 0 && RedirectUris.All(Redirects.IsOfThisMachine);

    /// <summary>Ours: people are not asked for consent.</summary>
    public bool Trusted { get; init; }

    /// <summary>Ours: people who use it must sign in with a second factor.</summary>
    public bool RequireSecondFactor { get; init; }

    /// <summary>Ours: what the pages of the client's requests look like; null: like the server.</summary>
    public AppBrand? Brand { get; init; }

    /// <summary>Ours: which tokens it may exchange (RFC 8693); null: none.</summary>
    public ExchangePolicy? Exchange { get; init; }

    /// <summary>Ours: claims under names of the client's own.</summary>
    public ImmutableArray<MappedClaim> ClaimsMapping { get; init; } = [];

    /// <summary>By the registration's own name or the server's setting.</summary>
    public SecurityProfile Profile { get; init; } = SecurityProfile.OAuth21;

    /// <summary>Why the registration does not fit its profile, so that no request of the client is answered; null: it does.</summary>
    public string? ProfileFault { get; init; }

    public bool RequirePkce { get; init; }

    public RequestMetadata Requests { get; init; } = new();

    /// <summary>Ours: the audiences whose tokens the client may introspect.</summary>
    public required FrozenSet<string> Introspects { get; init; }

    /// <summary>Ours: the audiences of a token where the request names no resource.</summary>
    public ImmutableArray<string> DefaultResources { get; init; } = [];

    /// <summary>Ours: the audiences that the client may name without a scope of theirs.</summary>
    public ImmutableArray<string> AllowedResources { get; init; } = [];

    /// <summary>Null where the registration names none; then the client may prove its secret in either way.</summary>
    public string? TokenEndpointAuthMethod { get; init; }

    public required string IdTokenSignedResponseAlg { get; init; }

    /// <summary>Ours: what ID tokens tell of a person, one of <see cref="IdTokenContents"/>.</summary>
    public string IdTokenClaims { get; init; } = IdTokenContents.Scopes;

    /// <summary>Ours: RS256 or ES256; null where it was not said.</summary>
    public string? AccessTokenSignedResponseAlg { get; init; }

    /// <summary>Ours: which audience the client's assertions may name, one of <see cref="AssertionAudiences"/>.</summary>
    public string ClientAssertionAudience { get; init; } = AssertionAudiences.Issuer;

    /// <summary>Every token request must carry a DPoP proof (RFC 9449 section 5.2).</summary>
    public bool RequiresDPoP { get; init; }

    /// <summary>Every token request must come with a certificate, which the tokens are bound to (RFC 8705 section 3.4).</summary>
    public bool RequiresCertificate { get; init; }

    /// <summary>The form and the life of what the client gets.</summary>
    public TokenMetadata Tokens { get; init; } = new();

    /// <summary>The sector of its pairwise subjects (OpenID Connect Core 8.1); null: it knows people by their ids.</summary>
    public string? Sector { get; init; }

    public TimeSpan? DefaultMaxAge { get; init; }

    public bool RequireAuthTime { get; init; }

    public string? LogoUri { get; init; }

    public string? ClientUri { get; init; }

    public string? PolicyUri { get; init; }

    public string? TosUri { get; init; }

    public string? InitiateLoginUri { get; init; }

    /// <summary>How the client asks a person who is elsewhere, and learns what they decided.</summary>
    public CibaMetadata Ciba { get; init; } = new();

    /// <summary>How the client learns that a session has ended.</summary>
    public LogoutMetadata Logout { get; init; } = LogoutMetadata.None;

    public required ImmutableArray<string> Contacts { get; init; }

    /// <summary>The public keys in the registration itself; <see cref="ClientKeys"/> knows those of <see cref="JwksUri"/> too.</summary>
    public ClientKeySet? Keys { get; init; }

    public Uri? JwksUri { get; init; }

    public bool HasKeys => Keys is not null || JwksUri is not null;

    /// <summary>The only algorithm of the client's assertions; null: any that its keys allow.</summary>
    public string? AssertionAlgorithm { get; init; }

    /// <summary>The name in the client's certificate, where an authority has signed it (RFC 8705 section 2.1).</summary>
    public CertificateSubject? TlsSubject { get; init; }

    public required TimeSpan RefreshGrace { get; init; }

    /// <summary>Everything that was registered, members unknown to this version included; never a secret.</summary>
    public required JsonElement Metadata { get; init; }

    /// <summary>Whether everything in the registration is known to the plain way (ADR 0010) and has a value of the right type.</summary>
    /// <remarks>
    /// False for a member that this version does not know (say, dpop_bound_access_tokens): what it demands may only be
    /// decided on the long way.
    /// </remarks>
    public bool IsPlain { get; init; }

    /// <summary>Without both the scope and the grant type, no refresh token is issued.</summary>
    public bool MayUseOfflineAccess =>
        Scopes.Contains(OpenIddictConstants.Scopes.OfflineAccess) && GrantTypes.Contains(OpenIddictConstants.GrantTypes.RefreshToken);

    /// <summary>Whether the client is an app on a person's device (RFC 8252).</summary>
    public bool IsNative => ApplicationType == OpenIddictConstants.ApplicationTypes.Native;

    /// <summary>Whether an answer may go to this address.</summary>
    public bool MayReturnTo(string redirectUri) => Redirects.Match(RedirectUris, redirectUri, IsNative);

    /// <summary>Whether a person who has signed out may be sent to this address.</summary>
    public bool MaySignOutTo(string redirectUri) => Redirects.Match(PostLogoutRedirectUris, redirectUri, IsNative);

    /// <summary>
    /// Whether the client may take a person's password at /v1/auth/login: an app of the operator, whose session can be ended.
    /// </summary>
    public bool MaySignIn => FirstParty && MayUseOfflineAccess && GrantTypes.Contains(GrantNames.Login);

    /// <summary>Reads a row; one that another SQL client wrote without metadata gets the defaults of RFC 7591.</summary>
    /// <param name="fallback">The server's setting, for clients that name none.</param>
    /// <param name="isStatementIssuer">Whose software statements count; null: nobody's.</param>
    public static RegisteredClient Of(
        Client row, SecurityProfile fallback = SecurityProfile.OAuth21, Func<string, bool>? isStatementIssuer = null)
    {
        var permissions = ClientColumns.ReadList(row.Permissions);
        var json = ClientColumns.ReadMetadata(row.Properties);
        // Rows pass the rules when they are written; here a member with a wrong type just counts as absent.
        var written = ClientMetadataReader.ReadLeniently(json, out var isKnown);
        var isPublic = row.ClientType == OpenIddictConstants.ClientTypes.Public;
        var profile = written.Profile ?? SecurityProfiles.OfUnnamed(fallback, isPublic);
        var metadata = ProfileDemands.Raise(written, profile);
        var fault = FaultOf(written, profile);
        var isDocumented = ClientColumns.ReadDocument(row.Properties) is not null;
        var registration = ClientColumns.ReadRegistration(row.Properties);
        return new()
        {
            Profile = profile,
            ProfileFault = fault,
            Id = row.Id,
            ClientId = row.ClientId!,
            Name = row.DisplayName ?? row.ClientId!,
            ApplicationType = row.ApplicationType ?? OpenIddictConstants.ApplicationTypes.Web,
            IsPublic = isPublic,
            RedirectUris = ClientColumns.ReadList(row.RedirectUris),
            PostLogoutRedirectUris = ClientColumns.ReadList(row.PostLogoutRedirectUris),
            GrantTypes = Permitted(permissions, OpenIddictConstants.Permissions.Prefixes.GrantType),
            ResponseTypes = Permitted(permissions, OpenIddictConstants.Permissions.Prefixes.ResponseType),
            Endpoints = Permitted(permissions, OpenIddictConstants.Permissions.Prefixes.Endpoint),
            Scopes = Permitted(permissions, OpenIddictConstants.Permissions.Prefixes.Scope),
            FirstParty = metadata.FirstParty,
            IsSelfRegistered = isDocumented || registration is not null,
            IsVouchedFor = !isDocumented && (registration is not { } state || Vouching.IsFor(state, written.Json, isStatementIssuer)),
            Publisher = isDocumented && Uri.TryCreate(row.ClientId, UriKind.Absolute, out var document) ? document.IdnHost : null,
            // The rules say the same; here for a row that another SQL client wrote.
            ServiceAccount = metadata.ServiceAccount && row.ClientType == OpenIddictConstants.ClientTypes.Confidential
                && permissions.Contains(OpenIddictConstants.Permissions.GrantTypes.ClientCredentials),
            Trusted = row.ConsentType == OpenIddictConstants.ConsentTypes.Implicit,
            RequireSecondFactor = metadata.RequireSecondFactor,
            // The rules say the same; here for a row that another SQL client wrote.
            Brand = metadata.FirstParty && metadata.Brand is { } brand
                ? brand.For(row.DisplayName ?? row.ClientId!, metadata.PolicyUri, metadata.TosUri) : null,
            RequirePkce = metadata.RequirePkce is true || ClientColumns.ReadList(row.Requirements)
                .Contains(OpenIddictConstants.Requirements.Features.ProofKeyForCodeExchange),
            Requests = metadata.Requests,
            Exchange = metadata.TokenExchange,
            ClaimsMapping = metadata.ClaimsMapping,
            DefaultResources = metadata.DefaultResources,
            AllowedResources = metadata.AllowedResources,
            Introspects = metadata.Resources.ToFrozenSet(StringComparer.Ordinal),
            TokenEndpointAuthMethod = json.TryGetProperty("token_endpoint_auth_method", out _) ? metadata.TokenEndpointAuthMethod : null,
            IdTokenSignedResponseAlg = metadata.IdTokenSignedResponseAlg,
            IdTokenClaims = metadata.IdTokenClaims,
            AccessTokenSignedResponseAlg = metadata.AccessTokenSignedResponseAlg,
            ClientAssertionAudience = metadata.ClientAssertionAudience,
            RequiresDPoP = metadata.Sender.DPoPBoundAccessTokens,
            RequiresCertificate = metadata.Sender.CertificateBoundAccessTokens,
            Tokens = metadata.Tokens,
            // A document is a sector of its own: it may name redirect addresses of others, and has none when it is withdrawn.
            Sector = isDocumented && metadata.Tokens.IsPairwise ? row.ClientId
                : TokenMetadata.SectorOf(metadata.Tokens, ClientColumns.ReadList(row.RedirectUris)),
            DefaultMaxAge = metadata.DefaultMaxAge,
            RequireAuthTime = metadata.RequireAuthTime,
            LogoUri = metadata.LogoUri,
            ClientUri = metadata.ClientUri,
            PolicyUri = metadata.PolicyUri,
            TosUri = metadata.TosUri,
            InitiateLoginUri = metadata.InitiateLoginUri,
            Ciba = metadata.Ciba,
            Logout = metadata.Logout,
            Contacts = metadata.Contacts,
            Keys = row.JsonWebKeySet is { } jwks ? KeysOf(jwks) : null,
            JwksUri = metadata.JwksUri is { } keys ? new(keys) : null,
            AssertionAlgorithm = metadata.Proof.AssertionAlgorithm,
            TlsSubject = metadata.Proof.TlsSubject,
            RefreshGrace = metadata.RefreshGrace ?? DefaultRefreshGrace,
            Metadata = json,
            IsPlain = fault is null && isKnown && metadata.Sender.IsPlain && metadata.Tokens.IsPlain && ClientColumns.IsPlain(row),
        };
    }

    private static string? FaultOf(ClientMetadata written, SecurityProfile profile)
    {
        // A name of another version: what it demands is not known here.
        if (written.Profile is null && written.Json.ContainsKey(SecurityProfiles.Member)) return $"{SecurityProfiles.Member} is not known";
        return ProfileRules.FaultsOf(written, profile).FirstOrDefault() is { } fault ? $"{fault.Path} {fault.Message}" : null;
    }

    private static ClientKeySet KeysOf(string json) =>
        ClientKeySet.Parse(Encoding.UTF8.GetBytes(json)) ?? throw new JsonException("The keys are no JWK set.");

    private static FrozenSet<string> Permitted(ImmutableArray<string> permissions, string prefix) =>
        permissions.Where(p => p.StartsWith(prefix, StringComparison.Ordinal)).Select(p => p[prefix.Length..])
            .ToFrozenSet(StringComparer.Ordinal);
}
