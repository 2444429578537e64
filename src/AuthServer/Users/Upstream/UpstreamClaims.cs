using System.Globalization;
using System.Security.Claims;
using AuthServer.Audit;
using AuthServer.Users.EmailAddresses;
using AuthServer.Users.Profile;
using AuthServer.Users.Providers;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Users.Upstream;

/// <summary>What a provider says of a person: in the signed ID token, and in the answer of its userinfo endpoint.</summary>
internal sealed class UpstreamClaims(ClaimsPrincipal? signed, ClaimsPrincipal? userInfo)
{
    // OpenID Connect Core 2: at most 255 ASCII characters.
    private const int LongestSubject = 255, LongestLabel = 255;

    /// <summary>How far the clock of a provider may be ahead.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    /// <param name="address">From another place than the claims; null: none.</param>
    /// <returns>Null when the provider does not say who it is.</returns>
    public UpstreamIdentity? ToIdentity(UpstreamProvider provider, ProvenAddress? address, TimeProvider time)
    {
        if (signed is not null && HasExpired(time)) return null;
        // GitHub has a number in place of the claim.
        var subject = signed is not null ? signed.GetClaim(Claims.Subject) : userInfo?.GetClaim("id");
        if (string.IsNullOrEmpty(subject) || subject.Length > LongestSubject || !IsAscii(subject)) return null;
        address ??= AddressOf(signed) ?? AddressOf(userInfo);
        if (IssuerOf(provider) is not { } issuer) return null;
        var email = EmailAddress.IsValid(address?.Email) ? address!.Email : null;
        var isProven = email is not null && address!.IsVerified && provider.TrustEmail;
        // An address that nobody vouches for is the last thing that an account there is called by.
        var label = (isProven ? email : null) ?? First(Claims.PreferredUsername) ?? First("login") ?? First(Claims.Name) ?? email;
        var firstName = NameOf(Claims.GivenName);
        var lastName = NameOf(Claims.FamilyName);
        // One name is better than none; which part of it is which nobody can tell.
        if (firstName is null && lastName is null) firstName = NameOf(Claims.Name);
        return new(
            provider, issuer, subject, ForeignText.Clean(label, LongestLabel), email, isProven, firstName, lastName, AuthTimeOf(time),
            provider.TrustSecondFactor && signed?.GetClaims(Claims.AuthenticationMethodReference).Contains("mfa") == true);
    }

    // OpenID Connect Core 3.1.3.7: OpenIddict 7.8 leaves this to its callers.
    private bool HasExpired(TimeProvider time) =>
        Seconds(signed?.GetClaim(Claims.ExpiresAt)) is not { } end || end <= (time.GetUtcNow() - Skew).ToUnixTimeSeconds();

    // The text of the configuration, where a slash at the end makes no difference; Microsoft signs with the tenant's issuer.
    private string? IssuerOf(UpstreamProvider provider)
    {
        var text = signed is null ? provider.Issuer : signed.GetClaim(Claims.Issuer)?.TrimEnd('/');
        return text is not null && IsAscii(text) && provider.Knows(text) ? text : null;
    }

    // Kept as it is, so that nothing may be cleaned away, which would make two people one. PostgreSQL takes no text with U+0000.
    private static bool IsAscii(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    // Address and verification from one place: what one says of an address means nothing for that of the other.
    private static ProvenAddress? AddressOf(ClaimsPrincipal? principal) =>
        principal?.GetClaim(Claims.Email) is { Length: > 0 } email
            // Some providers send a text in place of the boolean.
            ? new(email.Trim(), "true".Equals(principal.GetClaim(Claims.EmailVerified), StringComparison.OrdinalIgnoreCase))
            : null;

    private string? First(string claim) => signed?.GetClaim(claim) ?? userInfo?.GetClaim(claim);

    private string? NameOf(string claim) => PersonName.Clean(First(claim)) is { Length: <= PersonName.MaxLength } name ? name : null;

    private DateTime? AuthTimeOf(TimeProvider time)
    {
        if (Seconds(signed?.GetClaim(Claims.AuthenticationTime)) is not { } seconds) return null;
        var now = time.GetUtcNow();
        // What lies ahead of the skew cannot be right, and so proves nothing.
        return seconds > (now + Skew).ToUnixTimeSeconds() ? null
            : seconds >= now.ToUnixTimeSeconds() ? now.UtcDateTime : DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime;
    }

    private static long? Seconds(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;
}

/// <summary>An address as a provider tells it.</summary>
public sealed record ProvenAddress(string Email, bool IsVerified);
