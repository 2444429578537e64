using System.Collections.Immutable;
using System.Text.Json;
using AuthServer.Clients.Directory;
using AuthServer.Clients.PublicKeys;
using AuthServer.Configuration;
using AuthServer.Outbound;

namespace AuthServer.Protocol.Assertions;

/// <summary>What an assertion says, once it is verified; it has not been used yet.</summary>
/// <param name="Id">Its <c>jti</c>.</param>
/// <param name="Scopes">To which it limits the token; null where it does not.</param>
/// <param name="Resources">For which it is; none: whatever the client may have.</param>
public sealed record VerifiedAssertion(
    AssertionIssuer Issuer, JsonElement Claims, string Subject, string Id, DateTimeOffset Expires, ImmutableArray<string>? Scopes,
    ImmutableArray<string> Resources);

/// <summary>
/// Verifies assertions about people (RFC 7523 section 3) and identity assertion authorization grants (ID-JAG): by a registered issuer,
/// for this server, from the client that it names, and short-lived.
/// </summary>
public sealed partial class IdentityAssertions
{
    private const string IdentityGrant = "oauth-id-jag+jwt";
    private const int Longest = 8 * 1024;

    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(1);

    private readonly AssertionOptions _options;
    private readonly IssuerOptions _issuer;
    private readonly TimeProvider _time;
    private readonly PublishedKeys _keys;

    public IdentityAssertions(
        AssertionOptions options, IssuerOptions issuer, SafeHttp http, TimeProvider time, ILogger<IdentityAssertions> log)
    {
        (_options, _issuer, _time) = (options, issuer, time);
        _keys = new(http, time, (address, fault) => LogNotFetched(log, address, fault));
    }

    /// <returns>The assertion, or what is wrong with it.</returns>
    public async ValueTask<(VerifiedAssertion? Assertion, string? Fault)> VerifyAsync(
        string assertion, RegisteredClient client, CancellationToken stop)
    {
        if (SignedText.Read(assertion, Longest) is not { } text) return (null, "The assertion is not a signed JWT.");
        // One text for an issuer that is not registered, and for a client that it is not registered with.
        if (SignedText.Text(text.Payload, "iss") is not { } iss || !_options.Issuers.TryGetValue(iss, out var issuer)
            || !issuer.Clients.Contains(client.ClientId))
        {
            return (null, "The assertion is by no issuer whose assertions the client may present.");
        }

        if (FaultOf(text) is { } header) return (null, header);
        if (!await _keys.HaveSignedAsync(issuer.Keys, text, stop)) return (null, "The assertion is not signed by a key of its issuer.");
        return Judge(issuer, text, client);
    }

    private static string? FaultOf(SignedText text)
    {
        if (!ClientSignatures.Algorithms.Contains(text.Algorithm)) return "The assertion is signed with an algorithm that is not accepted.";
        if (text.Header.TryGetProperty("crit", out _)) return "The assertion has critical extensions (crit) that are not known here.";
        // An ID token or an access token of the issuer is no assertion, although its keys have signed it: these have other types, or an
        // audience that is a client.
        return !text.Header.TryGetProperty("typ", out _) || SignedText.Text(text.Header, "typ") is "JWT" or "jwt" or IdentityGrant
            or "application/" + IdentityGrant ? null : $"The typ of an assertion is JWT or {IdentityGrant}.";
    }

    private (VerifiedAssertion? Assertion, string? Fault) Judge(AssertionIssuer issuer, SignedText text, RegisteredClient client)
    {
        var claims = text.Payload;
        if (SignedText.Text(claims, "sub") is not { Length: > 0 } subject) return (null, "An assertion needs a sub.");
        if (SignedText.Text(claims, "jti") is not { Length: > 0 } id) return (null, "An assertion needs a jti.");
        // RFC 7523 section 3, number 3; RFC 10070: the issuer alone.
        if (OneText(claims, "aud") != _issuer.IssuerText) return (null, $"The aud of an assertion is {_issuer.IssuerText}.");
        var isGrant = SignedText.Text(text.Header, "typ")?.EndsWith(IdentityGrant, StringComparison.Ordinal) == true;
        // ID-JAG section 5: the grant is the client's that it names. Another assertion need not name one, but may not name another.
        if (claims.TryGetProperty("client_id", out _) || isGrant)
        {
            if (SignedText.Text(claims, "client_id") != client.ClientId) return (null, "The assertion was made for another client.");
        }

        var now = _time.GetUtcNow();
        if (ClaimTimes.Of(claims, "exp") is not { } end) return (null, "An assertion needs an exp, a number of seconds.");
        if (end + ClaimTimes.Skew <= now) return (null, "The assertion has expired.");
        if (end > now + LongestLife) return (null, "The exp of an assertion is at most one hour ahead.");
        if (ClaimTimes.IsAhead(claims, "nbf", now) || ClaimTimes.IsAhead(claims, "iat", now))
        {
            return (null, "The assertion is not valid yet (nbf, iat).");
        }

        ImmutableArray<string>? scopes = claims.TryGetProperty("scope", out _) ? SpaceList.Split(SignedText.Text(claims, "scope")) : null;
        return (new(issuer, claims, subject, id, end, scopes, Texts(claims, "resource")), null);
    }

    private static string? OneText(JsonElement claims, string name) => Texts(claims, name) is [var one] ? one : null;

    private static ImmutableArray<string> Texts(JsonElement claims, string name) =>
        !claims.TryGetProperty(name, out var value) ? [] : value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array => [.. value.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.String ? v.GetString()! : "")],
            _ => [""],
        };

    [LoggerMessage(Level = LogLevel.Warning, Message = "The keys of an assertion issuer cannot be fetched from {Address}: {Fault}")]
    private static partial void LogNotFetched(ILogger logger, Uri address, string fault);
}
