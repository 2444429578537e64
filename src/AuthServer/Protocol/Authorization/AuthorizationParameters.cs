using System.Collections.Immutable;
using AuthServer.Protocol.Claims;
using Microsoft.Extensions.Primitives;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Authorization;

/// <summary>Refuses what OpenIddict lets pass; runs once the redirect URI is known to be registered, so errors go there.</summary>
public sealed class AuthorizationParameters
    : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>, IOpenIddictServerHandler<ValidatePushedAuthorizationRequestContext>
{
    /// <summary>The thumbprint of the DPoP key that is to redeem the code (RFC 9449 section 10).</summary>
    public const string KeyThumbprint = "dpop_jkt";

    public ValueTask HandleAsync(ValidateAuthorizationRequestContext context) => Judge(context, context.Request);

    public ValueTask HandleAsync(ValidatePushedAuthorizationRequestContext context) => Judge(context, context.Request);

    private static ValueTask Judge(BaseValidatingContext context, OpenIddictRequest request)
    {
        var claims = (string?)request[Parameters.Claims];
        if (request.GetParameters().FirstOrDefault(IsRepeated).Key is { } repeated)
        {
            context.Reject(OAuthErrors.InvalidRequest, $"The parameter {repeated} stands more than once.");
        }
        else if (request.HasPromptValue(PromptValues.None) && request.GetPromptValues().Length > 1)
        {
            // OpenID Connect Core 3.1.2.1; OpenIddict compares with the values that it knows itself, and create is not one of them.
            context.Reject(OAuthErrors.InvalidRequest, "prompt=none stands alone: every other value asks for a page.");
        }
        else if (request.CodeChallenge is { Length: > 0 } challenge && !CodeChallenge.HasForm(challenge))
        {
            context.Reject(
                OAuthErrors.InvalidRequest,
                "code_challenge is not the base64url form of a SHA-256 (RFC 7636 section 4.2): 43 letters, digits, - and _.");
        }
        else if (request.GetParameter(KeyThumbprint) is { } thumbprint && !CodeChallenge.HasForm((string?)thumbprint ?? ""))
        {
            context.Reject(OAuthErrors.InvalidRequest, "dpop_jkt is not the base64url form of a SHA-256 (RFC 9449 section 10).");
        }
        else if (claims?.Length > RequestedClaims.Longest)
        {
            context.Reject(OAuthErrors.InvalidRequest, $"The claims parameter is longer than {RequestedClaims.Longest} characters.");
        }
        else if (RequestedClaims.Parse(claims) is null)
        {
            context.Reject(
                OAuthErrors.InvalidRequest, "The claims parameter is not the JSON object that OpenID Connect Core 5.5 describes.");
        }
        else if ((string?)request[Parameters.MaxAge] is { Length: > 0 } maxAge && !(int.TryParse(maxAge, out var seconds) && seconds >= 0))
        {
            context.Reject(OAuthErrors.InvalidRequest, "max_age is a number of seconds, 0 or more.");
        }

        return ValueTask.CompletedTask;
    }

    private static bool IsRepeated(KeyValuePair<string, OpenIddictParameter> parameter) =>
        parameter.Key != Parameters.Resource && (ImmutableArray<string?>?)parameter.Value is { Length: > 1 };

    /// <summary>RFC 6749 section 3.1: no parameter twice; RFC 8707 section 2 lets <c>resource</c> stand several times.</summary>
    public static string? Repeated(IEnumerable<KeyValuePair<string, StringValues>> parameters) =>
        parameters.FirstOrDefault(p => p.Value.Count > 1 && p.Key != Parameters.Resource).Key;
}
