using AuthServer.Clients.Directory;
using AuthServer.Protocol.Authorization;
using AuthServer.Protocol.Claims;
using AuthServer.Protocol.Token.FirstParty;
using AuthServer.Sessions;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token;

/// <summary>The token endpoint (RFC 6749 section 3.2): the client and the request have been judged, the grant decides.</summary>
public sealed class TokenEndpoint(ClientDirectory clients) : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    public async ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        if (TokenGrants.Find(http, context.Request.GrantType) is not { } grant)
        {
            context.Reject(OAuthErrors.UnsupportedGrantType, "This server has no such grant type.");
            return;
        }

        var client = (await clients.FindAsync(context.Request.ClientId!, http.RequestAborted))!;
        var answer = await grant.DecideAsync(new(http, client, context.Request.GetScopes(), context.Request.GetResources())
        {
            Code = context.Transaction.GetProperty<StoredCode>(CodeIntake.Key),
            RefreshToken = context.Transaction.GetProperty<RefreshToken>(RefreshTokenIntake.Key),
            Login = FirstPartyCall.Of(context.Transaction)?.Login,
        });
        switch (answer)
        {
            case GrantAnswer.Granted granted:
                context.Transaction.SetProperty(TokenForms.Key, granted);
                var principal = TokenPrincipal.Of(granted.Content);
                // By this scope the library decides whether there is a refresh token; the access token is ours and says what was granted.
                if (granted.RefreshToken is not null) principal.SetScopes(granted.Content.Scopes.Add(Scopes.OfflineAccess).Distinct());
                context.SignIn(principal);
                break;
            case GrantAnswer.Refused(var error, var description):
                context.Reject(error, description);
                break;
            case GrantAnswer.Answered(var problem):
                context.Refuse(problem);
                break;
        }
    }
}
