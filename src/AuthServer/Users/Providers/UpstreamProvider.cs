using System.Security.Cryptography;
using AuthServer.Configuration;

namespace AuthServer.Users.Providers;

/// <summary>A provider of identity that people may sign in with.</summary>
public sealed class UpstreamProvider
{
    internal const string AnyTenant = "common";

    private const string MicrosoftHost = "https://login.microsoftonline.com/";

    /// <summary>Stands in addresses and settings.</summary>
    public required string Name { get; init; }

    /// <summary>What people read.</summary>
    public required string Label { get; init; }

    public required UpstreamPreset Preset { get; init; }

    /// <summary>Without a slash at the end.</summary>
    public required string Issuer { get; init; }

    public required string ClientId { get; init; }

    public string? ClientSecret { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    /// <summary>Whether an address that the provider calls verified is confirmed here.</summary>
    public bool TrustEmail { get; init; }

    public bool CreateAccounts { get; init; }

    /// <summary>Whether <c>mfa</c> in the provider's <c>amr</c> counts.</summary>
    public bool TrustSecondFactor { get; init; }

    /// <summary>Whether a sign-in without <c>auth_time</c> counts as one of this moment.</summary>
    public bool AssumeRecent { get; init; }

    public string Tenant { get; init; } = AnyTenant;

    public AppleKey? Apple { get; init; }

    /// <summary>Whether it speaks OpenID Connect, and so signs who the person is.</summary>
    public bool IsOidc => Preset != UpstreamPreset.GitHub;

    /// <summary>Whether a connected sign-in is one of this provider.</summary>
    public bool Knows(string issuer) =>
        issuer == Issuer
        // Each tenant is an issuer of its own.
        || (Preset == UpstreamPreset.Microsoft && IsOfManyTenants(Tenant) && issuer.StartsWith(MicrosoftHost, StringComparison.Ordinal));

    /// <summary>Whether it may be asked, or people be sent, there: by https, or on this machine where the issuer is.</summary>
    internal bool MayBeAt(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttps
            || (uri.Scheme == Uri.UriSchemeHttp && Issuer.StartsWith("http:", StringComparison.Ordinal) && LoopbackHost.IsHostOf(uri)));

    internal static string IssuerOf(UpstreamPreset preset, string tenant) => preset switch
    {
        UpstreamPreset.Google => "https://accounts.google.com",
        UpstreamPreset.Microsoft => $"{MicrosoftHost}{tenant}/v2.0",
        UpstreamPreset.GitHub => "https://github.com/login/oauth",
        UpstreamPreset.Apple => "https://appleid.apple.com",
        _ => throw new ArgumentOutOfRangeException(nameof(preset)),
    };

    internal static IReadOnlyList<string> ScopesOf(UpstreamPreset preset) => preset switch
    {
        UpstreamPreset.GitHub => ["read:user", "user:email"],
        UpstreamPreset.Apple => ["openid", "email"],
        _ => ["openid", "email", "profile"],
    };

    internal static bool IsOfManyTenants(string tenant) => tenant is AnyTenant or "organizations" or "consumers";
}

/// <summary>What this server signs its client secret for Apple with.</summary>
public sealed record AppleKey(string TeamId, string KeyId, ECDsa Key);
