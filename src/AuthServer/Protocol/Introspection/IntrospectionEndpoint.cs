using AuthServer.Clients.Directory;
using AuthServer.Configuration;
using AuthServer.Protocol.ClientProof;
using AuthServer.Protocol.Token;
using AuthServer.Sessions;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Introspection;

/// <summary>Introspection (RFC 7662): tells a client about its own tokens, and about those for an audience that it serves.</summary>
/// <remarks>Every other client learns <c>active: false</c>, as for a token that never was (section 2.2).</remarks>
public sealed class IntrospectionEndpoint(
    TokenDisclosure disclosure, ClientSubjects subjects, SignedIntrospection asToken, IssuerOptions issuer)
    : IOpenIddictServerHandler<HandleIntrospectionRequestContext>
{
    public async ValueTask HandleAsync(HandleIntrospectionRequestContext context)
    {
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        var caller = ClientAuthenticationHandler.ClientOf(context.Transaction);
        if (context.Transaction.GetProperty<RefreshToken>(RefreshTokenIntake.Key) is { } refreshToken)
        {
            if (await disclosure.FindAsync(refreshToken, caller, http.RequestAborted) is { } session)
            {
                var subject = subjects.Of(caller, session.UserId);
                if (SignedIntrospection.IsWanted(http))
                {
                    await asToken.WriteAsync(
                        http, caller, json => IntrospectionResponse.Describe(json, session, subject, issuer.IssuerText));
                }
                else await IntrospectionResponse.WriteAsync(http, session, subject, issuer.IssuerText);
                context.HandleRequest();
                return;
            }
        }
        else if (context.Transaction.GetProperty<AccessToken>(AccessTokenIntake.Key) is { } token
            && await disclosure.FindAsync(token, caller, http.RequestAborted) is { } told)
        {
            if (SignedIntrospection.IsWanted(http))
            {
                await asToken.WriteAsync(http, caller, json => IntrospectionResponse.Describe(json, told, issuer.IssuerText));
            }
            else await IntrospectionResponse.WriteAsync(http, told, issuer.IssuerText);
            context.HandleRequest();
            return;
        }

        context.Reject(OAuthErrors.InvalidToken, "The token is not active.");
    }
}
