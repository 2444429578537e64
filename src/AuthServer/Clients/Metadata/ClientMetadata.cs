using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Ui.Brand;

namespace AuthServer.Clients.Metadata;

/// <summary>What is wrong with one member of the metadata; <c>Error</c> is the code of RFC 7591 section 3.2.2.</summary>
/// <param name="Path">The member, with an index inside a list: <c>redirect_uris[1]</c>.</param>
public sealed record MetadataProblem(string Path, string Message, string Error = MetadataProblem.InvalidMetadata)
{
    public const string InvalidMetadata = "invalid_client_metadata";
    public const string InvalidRedirectUri = "invalid_redirect_uri";
}

/// <summary>
/// Client metadata of RFC 7591 section 2 and OpenID Connect Dynamic Client Registration section 2, with the defaults filled in.
/// </summary>
public sealed record ClientMetadata
{
    public string? ClientName { get; init; }

    /// <summary>What the registration names itself; null: nothing.</summary>
    public SecurityProfile? Profile { get; init; }

    public SenderMetadata Sender { get; init; } = new(DPoPBoundAccessTokens: false, CertificateBoundAccessTokens: false);

    public TokenMetadata Tokens { get; init; } = new();

    public ImmutableArray<string> RedirectUris { get; init; } = [];

    public ImmutableArray<string> PostLogoutRedirectUris { get; init; } = [];

    public ImmutableArray<string> GrantTypes { get; init; } = [];

    public ImmutableArray<string> ResponseTypes { get; init; } = [];

    public ImmutableArray<string> Scopes { get; init; } = [];

    public string ApplicationType { get; init; } = "web";

    public string TokenEndpointAuthMethod { get; init; } = ClientAuthMethods.Basic;

    public string IdTokenSignedResponseAlg { get; init; } = "RS256";

    /// <summary>One of <see cref="IdTokenContents"/>.</summary>
    public string IdTokenClaims { get; init; } = IdTokenContents.Scopes;

    /// <summary>Null where it was not said: then a resource decides, and ES256 is the default.</summary>
    public string? AccessTokenSignedResponseAlg { get; init; }

    /// <summary>One of <see cref="AssertionAudiences"/>.</summary>
    public string ClientAssertionAudience { get; init; } = AssertionAudiences.Issuer;

    public ProofMetadata Proof { get; init; } = new();

    public TimeSpan? DefaultMaxAge { get; init; }

    public bool RequireAuthTime { get; init; }

    public ImmutableArray<string> Contacts { get; init; } = [];

    public string? LogoUri { get; init; }

    public string? ClientUri { get; init; }

    public string? PolicyUri { get; init; }

    public string? TosUri { get; init; }

    public string? InitiateLoginUri { get; init; }

    public JsonElement? Jwks { get; init; }

    public string? JwksUri { get; init; }

    public string? SoftwareId { get; init; }

    public RequestMetadata Requests { get; init; } = new();

    /// <summary>How the client asks a person who is elsewhere, and learns what they decided.</summary>
    public CibaMetadata Ciba { get; init; } = new();

    /// <summary>How the client learns that a session has ended.</summary>
    public LogoutMetadata Logout { get; init; } = LogoutMetadata.None;

    // Ours. An open registration endpoint must never accept these from its callers.

    public bool FirstParty { get; init; }

    public bool Trusted { get; init; }

    /// <summary>Lets the client manage accounts on its own behalf, as far as it is registered for users:read and users:write.</summary>
    public bool ServiceAccount { get; init; }

    /// <summary>People who use the client must sign in with a second factor.</summary>
    public bool RequireSecondFactor { get; init; }

    /// <summary>What the pages of the client's requests look like; null: like the server.</summary>
    public AppBrand? Brand { get; init; }

    /// <summary>Which tokens the client may exchange; null: none.</summary>
    public ExchangePolicy? TokenExchange { get; init; }

    /// <summary>Claims under names of the client's own.</summary>
    public ImmutableArray<MappedClaim> ClaimsMapping { get; init; } = [];

    /// <summary>Null where it was not said: then only public clients must.</summary>
    public bool? RequirePkce { get; init; }

    public ImmutableArray<string> Resources { get; init; } = [];

    /// <summary>The audiences of a token where the request names no resource.</summary>
    public ImmutableArray<string> DefaultResources { get; init; } = [];

    /// <summary>The audiences that the client may name without a scope of theirs.</summary>
    public ImmutableArray<string> AllowedResources { get; init; } = [];

    public TimeSpan? RefreshGrace { get; init; }

    /// <summary>All members as they were given, unknown ones included, without client_id and client_secret.</summary>
    public JsonObject Json { get; init; } = [];

    public bool IsPublic => TokenEndpointAuthMethod == ClientAuthMethods.None;

    public bool MustUsePkce => RequirePkce ?? IsPublic;
}

/// <summary>The client authentication methods of OpenID Connect Core section 9 that the server knows.</summary>
public static class ClientAuthMethods
{
    public const string Basic = "client_secret_basic";
    public const string Post = "client_secret_post";
    public const string PrivateKeyJwt = "private_key_jwt";
    public const string None = "none";

    /// <summary>RFC 8705 section 2.1: a certificate of an authority.</summary>
    public const string Tls = "tls_client_auth";

    /// <summary>RFC 8705 section 2.2: a certificate that is registered itself.</summary>
    public const string SelfSignedTls = "self_signed_tls_client_auth";

    public static readonly ImmutableArray<string> All = [Basic, Post, PrivateKeyJwt, Tls, SelfSignedTls, None];

    public static bool UsesSecret(string method) => method is Basic or Post;

    public static bool UsesCertificate(string? method) => method is Tls or SelfSignedTls;
}
