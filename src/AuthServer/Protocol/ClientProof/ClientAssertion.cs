using System.Text;
using System.Text.Json;
using AuthServer.Clients.Certificates;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.Profiles;
using AuthServer.Clients.PublicKeys;
using AuthServer.Configuration;
using AuthServer.Data.Sql;

namespace AuthServer.Protocol.ClientProof;

/// <summary>
/// Verifies a client assertion (RFC 7523 section 3): signed by a key of the client, short-lived, for this server, and used once.
/// </summary>
public sealed class ClientAssertion(ClientKeys keys, UsedOnce used, IssuerOptions issuer, MtlsOptions mtls, TimeProvider time)
{
    private const string Typed = "client-authentication+jwt";
    private const int Longest = 8 * 1024;

    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(1);

    /// <summary>The client that an assertion names, before anything about it is verified; null for a text that is no JWT.</summary>
    public static string? SubjectOf(string? assertion) =>
        assertion is not null && SignedText.Read(assertion, Longest) is { } text ? SignedText.Text(text.Payload, "sub") : null;

    /// <param name="path">Of the endpoint that it was sent to.</param>
    /// <returns>Null when the assertion proves the client, and has been noted as used; otherwise what is wrong with it.</returns>
    public async ValueTask<string?> FindFaultAsync(
        RegisteredClient client, string assertion, PathString path, CancellationToken cancellationToken)
    {
        if (SignedText.Read(assertion, Longest) is not { } text) return "The client assertion is not a signed JWT.";
        if (FaultOf(text, client) is { } fault) return fault;
        if (!await keys.HaveSignedAsync(client, text, cancellationToken))
        {
            return "The signature of the client assertion is not by a registered key of the client.";
        }
        return FaultOf(text.Payload, client, path, out var id, out var expires)
            ?? await UseAsync(client.ClientId, id, expires, cancellationToken);
    }

    private static string? FaultOf(SignedText text, RegisteredClient client)
    {
        var algorithm = text.Algorithm;
        if (ClientSignatures.IsSymmetric(algorithm))
        {
            return "A client assertion that is signed with a secret (client_secret_jwt) is not accepted, whatever its algorithm. Use "
                + "private_key_jwt.";
        }
        if (!ClientSignatures.Algorithms.Contains(algorithm))
        {
            return "The client assertion is signed with an algorithm that is not accepted.";
        }
        if (!ProfileRequests.MaySignWith(client.Profile, algorithm))
        {
            return $"The client assertion has to be signed with {ProfileRequests.FapiAlgorithms}, by the profile of the client.";
        }
        if (client.AssertionAlgorithm is { } registered && !ClientSignatures.AreSame(registered, algorithm))
        {
            return $"The client assertion has to be signed with the algorithm {registered}, as the client is registered.";
        }
        if (text.Header.TryGetProperty("crit", out _))
        {
            return "The client assertion has critical extensions (crit) that this server does not know (RFC 7515 section 4.1.11).";
        }
        return !text.Header.TryGetProperty("typ", out _)
            || SignedText.Text(text.Header, "typ") is "JWT" or "jwt" or Typed or "application/" + Typed
            ? null : $"The typ of a client assertion is JWT or {Typed}.";
    }

    private string? FaultOf(
        JsonElement claims, RegisteredClient client, PathString path, out string id, out DateTimeOffset expires)
    {
        (id, expires) = (SignedText.Text(claims, "jti") ?? "", default);
        if (SignedText.Text(claims, "iss") != client.ClientId || SignedText.Text(claims, "sub") != client.ClientId)
        {
            return "The iss and the sub of a client assertion are both the client_id.";
        }
        // A server that accepts an assertion for several audiences accepts one that another of them can replay (RFC 7523 section 3).
        if (AudienceOf(claims) is not { } audience) return "The aud of a client assertion is one text.";
        if (!ProfileRequests.IsAudience(client.Profile, claims, issuer.IssuerText))
        {
            return $"The aud of a client assertion is {issuer.IssuerText}, as one text, by the profile of the client.";
        }
        if (audience != issuer.IssuerText && audience != issuer.IssuerText + "/" && !IsEndpoint(client, audience, path))
        {
            return $"The aud of a client assertion is {issuer.IssuerText}.";
        }

        var now = time.GetUtcNow();
        if (ClaimTimes.Of(claims, "exp") is not { } end) return "A client assertion needs an exp, a number of seconds.";
        expires = end;
        if (end + ClaimTimes.Skew <= now) return "The client assertion has expired.";
        if (end > now + LongestLife) return "The exp of a client assertion is at most one hour ahead.";
        if (ClaimTimes.IsAhead(claims, "nbf", now)) return "The client assertion is not valid yet (nbf).";
        if (ClaimTimes.IsAhead(claims, "iat", now)) return "The client assertion was issued in the future (iat).";
        return id.Length == 0 ? "A client assertion needs a jti, a text." : null;
    }

    // RFC 10070: the issuer alone. An endpoint was the custom before, and another server can name ours as its own. CIBA Core 7.1 has the
    // backchannel endpoint for requests to it beside the other two.
    private bool IsEndpoint(RegisteredClient client, string audience, PathString path) =>
        client.ClientAssertionAudience == AssertionAudiences.TokenEndpoint
        && (IsAddressOf(ProtocolPaths.Token, audience)
            || (path.Equals(ProtocolPaths.Ciba, StringComparison.Ordinal) && IsAddressOf(ProtocolPaths.Ciba, audience)));

    // Clients with certificates are told another origin for the same endpoints (RFC 8705 section 5, mtls_endpoint_aliases).
    private bool IsAddressOf(string path, string audience) => audience == issuer.IssuerText + path
        || (mtls.BaseUrl is { } alias && audience == alias.GetLeftPart(UriPartial.Authority) + issuer.BasePath + path);

    // RFC 7523 section 3, number 7: each counts once.
    private async Task<string?> UseAsync(string clientId, string id, DateTimeOffset expires, CancellationToken cancellationToken) =>
        await used.TryAsync(Encoding.UTF8.GetBytes(clientId + "\0" + id), expires.UtcDateTime + ClaimTimes.Skew, cancellationToken)
            ? null
            : "The client assertion has been used before. Sign a new one with another jti.";

    private static string? AudienceOf(JsonElement claims) =>
        !claims.TryGetProperty("aud", out var audience) ? null : audience.ValueKind switch
    {
        JsonValueKind.String => audience.GetString(),
        JsonValueKind.Array when audience.GetArrayLength() == 1 && audience[0].ValueKind == JsonValueKind.String => audience[0].GetString(),
        _ => null,
    };
}
