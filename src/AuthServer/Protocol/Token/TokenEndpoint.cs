using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token;

/// <summary>The token endpoint (RFC 6749 section 3.2): the client and the request have been judged, the grant decides.</summary>
public sealed class TokenEndpoint(IEnumerable<ITokenGrant> grants) : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    public ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var grant = grants.FirstOrDefault(g => g.GrantType == context.Request.GrantType);
        if (grant is not null) return grant.HandleAsync(context);
        context.Reject(OAuthErrors.UnsupportedGrantType, "This server has no such grant type.");
        return ValueTask.CompletedTask;
    }
}
