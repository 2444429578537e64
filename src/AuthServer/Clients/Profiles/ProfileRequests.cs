using System.Text.Json;
using AuthServer.Clients.Metadata;

namespace AuthServer.Clients.Profiles;

/// <summary>
/// What a profile asks of a single request, beyond what <see cref="ProfileDemands"/> has made of the registration.
/// </summary>
public static class ProfileRequests
{
    /// <summary>In words.</summary>
    public const string FapiAlgorithms = "PS256, ES256 or EdDSA";

    private static readonly TimeSpan LongestRequest = TimeSpan.FromSeconds(599);

    private static readonly string[] OfFapi = ["PS256", "ES256", "EdDSA", "Ed25519"];

    /// <summary>Whether what the client signs may have this algorithm (FAPI 2.0 Security Profile section 5.4.1).</summary>
    public static bool MaySignWith(SecurityProfile? profile, string algorithm) =>
        !SecurityProfiles.IsFapi(profile) || OfFapi.Contains(algorithm);

    /// <summary>What is wrong with the algorithm of a DPoP proof, or null (the same section).</summary>
    public static string? FaultOfProof(SecurityProfile? profile, string algorithm) => MaySignWith(profile, algorithm) ? null
        : $"The DPoP proofs of this client are signed with {FapiAlgorithms}, by its profile.";

    /// <summary>Whether the <c>aud</c> of a client assertion is as the profile has it: one text, the issuer letter for letter.</summary>
    /// <remarks>Section 5.3.2.1, number 8.</remarks>
    public static bool IsAudience(SecurityProfile? profile, JsonElement claims, string issuer) =>
        !SecurityProfiles.IsFapi(profile)
        || (claims.TryGetProperty("aud", out var audience) && audience.ValueKind == JsonValueKind.String && audience.ValueEquals(issuer));

    /// <summary>What is wrong with an authorization request, or null.</summary>
    public static string? FaultOf(SecurityProfile? profile, string? redirectUri, string? responseMode)
    {
        if (!SecurityProfiles.IsFapi(profile)) return null;
        // Section 5.3.2.2, number 6.
        if (string.IsNullOrEmpty(redirectUri)) return "A request of this client names its redirect_uri.";
        return profile == SecurityProfile.Fapi2MessageSigning && !IsSigned(responseMode)
            ? "The responses to this client are signed: send response_mode=jwt (JARM)."
            : null;
    }

    /// <summary>The life of a <c>request_uri</c>: less than 600 seconds (section 5.3.2.2, number 12).</summary>
    public static TimeSpan Shortened(SecurityProfile? profile, TimeSpan life) =>
        SecurityProfiles.IsFapi(profile) && life > LongestRequest ? LongestRequest : life;

    /// <summary>
    /// Whether a refresh token stays as it is for the life of its session: FAPI 2.0 Security Profile section 5.3.2.1, number 9, does
    /// without rotation, because the client proves itself and a key at each refresh.
    /// </summary>
    public static bool KeepsRefreshToken(SecurityProfile? profile) => SecurityProfiles.IsFapi(profile);

    private static bool IsSigned(string? mode) => mode == "jwt" || mode?.EndsWith(".jwt", StringComparison.Ordinal) == true;
}
