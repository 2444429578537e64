using AuthServer.Protocol.Authorization;
using AuthServer.Protocol.Claims;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token;

/// <summary>Reads a presented code, so that the library can compare client, redirect URI and code verifier with it.</summary>
/// <remarks>It takes nothing: the grant redeems it once everything else about the request is right.</remarks>
public sealed class CodeIntake(AuthorizationCodes codes) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public const string Key = "authplatform:stored-code";

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.ValidTokenTypes.Count != 1 || !context.ValidTokenTypes.Contains(TokenTypeIdentifiers.Private.AuthorizationCode)) return;
        var stored = AuthorizationCodes.HasForm(context.Token)
            ? await codes.FindAsync(context.Token, context.Transaction.GetHttpRequest()!.HttpContext.RequestAborted) : null;
        if (stored is null)
        {
            context.Reject(OAuthErrors.InvalidGrant, "The authorization code is not known.");
            return;
        }

        var code = stored.Content;
        var principal = TokenPrincipal.Thin(TokenTypeIdentifiers.Private.AuthorizationCode, code.ClientId);
        principal.SetClaim(ClaimNames.Subject, code.UserId.ToString());
        principal.SetScopes(code.Scopes).SetResources(code.Resources);
        principal.SetClaim(ClaimNames.Private.RedirectUri, code.RedirectUri);
        if (code.CodeChallenge is not null)
        {
            principal.SetClaim(ClaimNames.Private.CodeChallenge, code.CodeChallenge);
            principal.SetClaim(ClaimNames.Private.CodeChallengeMethod, CodeChallengeMethods.Sha256);
        }

        context.Principal = principal;
        context.Transaction.SetProperty(Key, stored);
    }
}
