using AuthServer.Clients.Metadata;
using Microsoft.Extensions.Primitives;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.ClientProof;

/// <summary>Who a request says its client is, and by which of the methods of OpenID Connect Core section 9 it wants to prove it.</summary>
/// <param name="ClientId">Null when only an assertion names the client.</param>
/// <param name="Method">One of <see cref="ClientAuthMethods"/>.</param>
/// <param name="Proof">The secret or the assertion; null for <c>none</c>.</param>
public readonly record struct PresentedClient(string? ClientId, string Method, string? Proof)
{
    /// <summary>
    /// Reads the Authorization header and the parameters of the body; a parameter without a value counts as absent (RFC 6749 section 3.2).
    /// </summary>
    /// <returns>What is presented, or why it cannot be told: two methods at once, two clients, a header that is not well formed.</returns>
    public static (PresentedClient Client, ClientRefusal? Refusal) Read(
        StringValues authorization, string? clientId, string? secret, string? assertion = null, string? assertionType = null)
    {
        (clientId, secret, assertion) = (NullIfEmpty(clientId), NullIfEmpty(secret), NullIfEmpty(assertion));
        if (authorization.Count > 1) return Malformed("The Authorization header stands more than once.");
        if (assertion is null != (NullIfEmpty(assertionType) is null))
        {
            return Malformed("client_assertion and client_assertion_type belong together.");
        }
        // RFC 6749 section 2.3: one method in a request.
        var isBasic = BasicCredentials.IsBasic(authorization);
        if ((isBasic ? 1 : 0) + (secret is null ? 0 : 1) + (assertion is null ? 0 : 1) > 1)
        {
            return Malformed("The client authenticates in two ways at once. Use one of them.");
        }

        if (isBasic)
        {
            if (BasicCredentials.Parse(authorization.ToString()) is not var (user, password))
            {
                return Malformed("The Basic credentials in the Authorization header are not well formed.");
            }
            if (clientId is not null && clientId != user)
            {
                return Malformed("The client_id in the body is another client than the one of the Authorization header.");
            }
            return (password.Length == 0 ? new(user, ClientAuthMethods.None, null) : new(user, ClientAuthMethods.Basic, password), null);
        }

        if (assertion is not null)
        {
            return assertionType == ClientAssertionTypes.JwtBearer
                ? (new(clientId, ClientAuthMethods.PrivateKeyJwt, assertion), null)
                : (default, ClientRefusal.InvalidClient($"The client_assertion_type is {ClientAssertionTypes.JwtBearer}."));
        }

        if (clientId is null)
        {
            return (
                default, ClientRefusal.InvalidClient(
                    "The request names no client: client_id is missing, and so is an Authorization header."));
        }
        return (secret is null ? new(clientId, ClientAuthMethods.None, null) : new(clientId, ClientAuthMethods.Post, secret), null);
    }

    private static (PresentedClient, ClientRefusal) Malformed(string description) =>
        (default, new(OAuthErrors.InvalidRequest, description));

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

/// <summary>Why a client was not let in, as RFC 6749 section 5.2 says it.</summary>
/// <param name="Wait">Until the next try; null when waiting does not help.</param>
public sealed record ClientRefusal(string Error, string Description, TimeSpan? Wait = null)
{
    public static ClientRefusal InvalidClient(string description) => new(OAuthErrors.InvalidClient, description);
}
