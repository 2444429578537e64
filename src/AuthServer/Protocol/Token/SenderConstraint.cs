using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token;

/// <summary>Refuses a DPoP proof (RFC 9449) by name: a client that asks for a bound token must not get a bearer token instead.</summary>
public sealed class SenderConstraint : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    public ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        if (context.Transaction.GetHttpRequest()!.Headers.ContainsKey("DPoP"))
        {
            context.Reject(OAuthErrors.InvalidRequest, "DPoP is not supported by this server. Ask without the DPoP header.");
        }

        return ValueTask.CompletedTask;
    }
}
