using AuthServer.Protocol.Claims;
using AuthServer.Sessions;
using AuthServer.Sessions.Senders;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token;

/// <summary>Validates access tokens in the place of OpenIddict, by the rule that every endpoint uses.</summary>
/// <remarks>
/// Stands after <see cref="RefreshTokenIntake"/>: introspection and revocation take both kinds. OpenIddict's own validation is left
/// for ID token hints and client assertions; no access token reaches it.
/// </remarks>
public sealed class AccessTokenIntake(AccessTokenReader tokens, AccessTokenUse use) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public const string Key = "authplatform:presented-access-token";

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        var accepts = context.EndpointType is OpenIddictServerEndpointType.UserInfo;
        var tells = context.EndpointType is OpenIddictServerEndpointType.Introspection or OpenIddictServerEndpointType.Revocation;
        if ((!accepts && !tells) || !PresentedToken.MayBe(TokenTypeIdentifiers.AccessToken, context)) return;
        var (token, refusal) = accepts ? await AcceptAsync(context) : (tokens.ReadAny(context.Token), null);
        if (token is null)
        {
            context.Reject(
                refusal?.Error ?? OAuthErrors.InvalidToken, refusal?.Description ?? "The token is not valid here, or has expired.");
            return;
        }

        context.Transaction.SetProperty(Key, token);
        context.Principal = TokenPrincipal.Of(token);
    }

    private ValueTask<(AccessToken? Token, SenderRefusal? Refusal)> AcceptAsync(ValidateTokenContext context)
    {
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        return use.AcceptAsync(http, PresentedAccess.Read(http.Request.Headers.Authorization).ByKey, context.Token);
    }
}
