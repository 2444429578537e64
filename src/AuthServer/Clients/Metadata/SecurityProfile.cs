using System.Collections.Immutable;

namespace AuthServer.Clients.Metadata;

/// <summary>What a client is held to as a whole, from the loosest to the strictest.</summary>
public enum SecurityProfile
{
    /// <summary>OpenID Connect Core as confidential clients spoke it before there was PKCE.</summary>
    OidcBasic,

    /// <summary>OAuth 2.1.</summary>
    OAuth21,

    /// <summary>FAPI 2.0 Security Profile.</summary>
    Fapi2,

    /// <summary>FAPI 2.0 Message Signing, on top of the Security Profile: signed requests, responses and introspection.</summary>
    Fapi2MessageSigning,
}

/// <summary>The profiles by the names that registrations and settings have for them.</summary>
public static class SecurityProfiles
{
    internal const string Member = "security_profile";

    private const string OidcBasic = "oidc-basic", OAuth21 = "oauth2.1", Fapi2 = "fapi2", Fapi2MessageSigning = "fapi2-message-signing";

    public static readonly ImmutableArray<string> Names = [OidcBasic, OAuth21, Fapi2, Fapi2MessageSigning];

    public static string Known { get; } = string.Join(", ", Names[..^1]) + " or " + Names[^1];

    /// <returns>Null for a name that there is not.</returns>
    public static SecurityProfile? Of(string? name) => name switch
    {
        OidcBasic => SecurityProfile.OidcBasic,
        OAuth21 => SecurityProfile.OAuth21,
        Fapi2 => SecurityProfile.Fapi2,
        Fapi2MessageSigning => SecurityProfile.Fapi2MessageSigning,
        _ => null,
    };

    public static string NameOf(SecurityProfile profile) => Names[(int)profile];

    /// <summary>What the server's setting holds a client to that names no profile.</summary>
    /// <remarks>RFC 9700 section 2.1.1: a public client has PKCE, whatever confidential ones may leave out.</remarks>
    public static SecurityProfile OfUnnamed(SecurityProfile setting, bool isPublic) =>
        setting == SecurityProfile.OidcBasic && isPublic ? SecurityProfile.OAuth21 : setting;

    /// <summary>Whether it is FAPI 2.0, with or without message signing.</summary>
    public static bool IsFapi(SecurityProfile? profile) => profile is SecurityProfile.Fapi2 or SecurityProfile.Fapi2MessageSigning;

    internal static SecurityProfile? Read(JsonMembers read, ICollection<MetadataProblem> problems)
    {
        if (read.Text(Member, 50) is not { } name) return null;
        if (Of(name) is { } profile) return profile;
        problems.Add(new(Member, $"must be {Known}"));
        return null;
    }
}
