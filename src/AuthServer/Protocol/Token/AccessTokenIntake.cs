using AuthServer.Protocol.Claims;
using AuthServer.Sessions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token;

/// <summary>Validates access tokens in the place of OpenIddict, by the rule that every endpoint uses.</summary>
/// <remarks>
/// Stands after <see cref="RefreshTokenIntake"/>: introspection and revocation take both kinds. OpenIddict's own validation is left
/// for ID token hints and client assertions; no access token reaches it.
/// </remarks>
public sealed class AccessTokenIntake(AccessTokenReader tokens) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public const string Key = "authplatform:presented-access-token";

    public ValueTask HandleAsync(ValidateTokenContext context)
    {
        var accepts = context.EndpointType is OpenIddictServerEndpointType.UserInfo;
        var tells = context.EndpointType is OpenIddictServerEndpointType.Introspection or OpenIddictServerEndpointType.Revocation;
        if ((!accepts && !tells) || !PresentedToken.MayBe(TokenTypeIdentifiers.AccessToken, context)) return default;
        var token = accepts ? tokens.ReadBearer(context.Token) : tokens.ReadAny(context.Token);
        if (token is null)
        {
            context.Reject(OAuthErrors.InvalidToken, "The token is not valid here, or has expired.");
            return default;
        }

        context.Transaction.SetProperty(Key, token);
        context.Principal = TokenPrincipal.Of(token);
        return default;
    }
}
