using System.Text.Json;
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
                if (!SignedIntrospection.IsWanted(http, caller))
                {
                    await IntrospectionResponse.WriteAsync(http, session, subject, issuer.IssuerText);
                    context.HandleRequest();
                }
                else await WriteAsync(context, caller, json => IntrospectionResponse.Describe(json, session, subject, issuer.IssuerText));
                return;
            }
        }
        else if (context.Transaction.GetProperty<AccessToken>(AccessTokenIntake.Key) is { } token
            && await disclosure.FindAsync(token, caller, http.RequestAborted) is { } told)
        {
            if (!SignedIntrospection.IsWanted(http, caller))
            {
                await IntrospectionResponse.WriteAsync(http, told, issuer.IssuerText);
                context.HandleRequest();
            }
            else await WriteAsync(context, caller, json => IntrospectionResponse.Describe(json, told, issuer.IssuerText));
            return;
        }

        context.Reject(OAuthErrors.InvalidToken, "The token is not active.");
    }

    private async ValueTask WriteAsync(
        HandleIntrospectionRequestContext context, RegisteredClient caller, Action<Utf8JsonWriter> describe)
    {
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        if (await asToken.WriteAsync(http, caller, describe) is { } fault) context.Reject(OAuthErrors.InvalidRequest, fault);
        else context.HandleRequest();
    }
}
