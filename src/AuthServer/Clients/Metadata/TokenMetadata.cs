using System.Collections.Immutable;
using AuthServer.Clients.Scopes;
using AuthServer.Configuration;
using AuthServer.Keys;

namespace AuthServer.Clients.Metadata;

/// <summary>What the client says about the form and the life of what it gets.</summary>
public sealed record TokenMetadata
{
    internal const string AccessTokenLifetimeMember = "access_token_lifetime_seconds";
    internal const string RefreshTokenLifetimeMember = "refresh_token_lifetime_seconds";
    internal const string UserInfoMember = "userinfo_signed_response_alg";
    internal const string IntrospectionMember = "introspection_signed_response_alg";

    internal const string DisclosedRolesMember = "disclosed_roles";
    internal const string SubjectTypeMember = "subject_type";
    internal const string SectorMember = "sector_identifier_uri";

    /// <summary>The subject types of OpenID Connect Core 8.</summary>
    internal const string PublicSubjects = "public", PairwiseSubjects = "pairwise";

    private const int ShortestSeconds = 60;

    /// <summary>Ours: of its access and ID tokens; null: ACCESS_TOKEN_LIFETIME.</summary>
    public TimeSpan? AccessTokenLifetime { get; init; }

    /// <summary>Ours: of a session with a refresh token, from its opening; null: REFRESH_TOKEN_LIFETIME.</summary>
    public TimeSpan? RefreshTokenLifetime { get; init; }

    /// <summary>Userinfo answers with a JWT of this algorithm (OpenID Connect Core 5.3.2); null: with JSON.</summary>
    public string? UserInfoSignedResponseAlg { get; init; }

    /// <summary>Of the JWT that introspection answers with where it is asked for one (RFC 9701 section 6).</summary>
    public string IntrospectionSignedResponseAlg { get; init; } = RingKeys.Rs256;

    /// <summary>OpenID Connect Core 8: public or pairwise.</summary>
    public string SubjectType { get; init; } = PublicSubjects;

    /// <summary>Whose host is the sector of pairwise subjects, and which names the redirect addresses of the sector.</summary>
    public string? SectorIdentifierUri { get; init; }

    /// <summary>Ours: the roles that the client may learn of, by name; null: every one.</summary>
    public ImmutableArray<string>? DisclosedRoles { get; init; }

    /// <summary>What is encrypted to the client's key.</summary>
    public EncryptionMetadata Encryption { get; init; } = new();

    public bool IsPairwise => SubjectType == PairwiseSubjects;

    /// <summary>Nothing that the plain way would have to know: it has no JWT to answer with, and one name for a person.</summary>
    internal bool IsPlain => UserInfoSignedResponseAlg is null && !IsPairwise && Encryption.IsPlain;

    internal static TokenMetadata Read(JsonMembers read) => new()
    {
        AccessTokenLifetime = read.Seconds(AccessTokenLifetimeMember, Longest(LongestLifetimes.AccessToken)),
        RefreshTokenLifetime = read.Seconds(RefreshTokenLifetimeMember, Longest(LongestLifetimes.RefreshToken)),
        UserInfoSignedResponseAlg = read.Text(UserInfoMember, 50),
        IntrospectionSignedResponseAlg = read.Text(IntrospectionMember, 50) ?? RingKeys.Rs256,
        SubjectType = read.Text(SubjectTypeMember, 20) ?? PublicSubjects,
        SectorIdentifierUri = read.WebAddress(SectorMember),
        Encryption = EncryptionRules.Read(read),
        DisclosedRoles = read.TextList(DisclosedRolesMember),
    };

    /// <summary>Whether the client is told that a person has this role, where it is told of roles at all.</summary>
    public bool MayKnowRole(string name) => DisclosedRoles is not { } known || known.Contains(name);

    /// <summary>OpenID Connect Core 8.1: the host of the sector; null for public subjects.</summary>
    internal static string? SectorOf(TokenMetadata tokens, ImmutableArray<string> redirectUris) => !tokens.IsPairwise ? null
        : Uri.TryCreate(tokens.SectorIdentifierUri ?? redirectUris.FirstOrDefault(), UriKind.Absolute, out var uri) ? uri.Host : "";

    internal static void Check(ClientMetadata client, ICollection<MetadataProblem> problems)
    {
        var tokens = client.Tokens;
        CheckSubjects(client, tokens, problems);
        EncryptionRules.Check(client, problems);
        if (tokens.DisclosedRoles is not null && !client.Scopes.Any(scope => scope is ScopeNames.Roles or ScopeNames.Groups))
        {
            problems.Add(new(DisclosedRolesMember, "needs roles or groups in scope: without them the client is told of no role"));
        }
        foreach (var (member, life) in new[]
        {
            (AccessTokenLifetimeMember, tokens.AccessTokenLifetime), (RefreshTokenLifetimeMember, tokens.RefreshTokenLifetime),
        })
        {
            if (life?.TotalSeconds < ShortestSeconds) problems.Add(new(member, $"must be {ShortestSeconds} or more"));
        }
        foreach (var (member, algorithm) in new[]
        {
            (UserInfoMember, tokens.UserInfoSignedResponseAlg), (IntrospectionMember, tokens.IntrospectionSignedResponseAlg),
        })
        {
            if (SigningAlgorithms.Fault(algorithm) is { } fault) problems.Add(new(member, fault));
        }
    }

    private static void CheckSubjects(ClientMetadata client, TokenMetadata tokens, ICollection<MetadataProblem> problems)
    {
        if (tokens.SubjectType is not (PublicSubjects or PairwiseSubjects))
        {
            problems.Add(new(SubjectTypeMember, $"must be {PublicSubjects} or {PairwiseSubjects}"));
        }
        if (!tokens.IsPairwise) return;
        // The API of accounts knows people by their ids, which such a client must not learn.
        if (client.FirstParty || client.ServiceAccount || client.Scopes.Any(ScopeNames.IsOfAccounts))
        {
            problems.Add(
                new(SubjectTypeMember, "pairwise is for apps of others, without first_party and the scopes account:* and users:*"));
        }
        if (tokens.SectorIdentifierUri is null
            && client.RedirectUris.Select(u => Uri.TryCreate(u, UriKind.Absolute, out var uri) ? uri.Host : "").Distinct().ToList()
                is not [{ Length: > 0 }])
        {
            problems.Add(new(SectorMember, "is needed, because redirect_uris have several hosts or none (OpenID Connect Core 8.1)"));
        }
    }

    private static int Longest(string duration) => (int)SettingText.Duration(duration)!.Value.TotalSeconds;
}
