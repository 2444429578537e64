using AuthServer.Clients.Metadata;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>
/// Ties each grant to its address: the login grant is no grant of the standard's token endpoint, and no other is one of the login's.
/// </summary>
public sealed class GrantAddress : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    public ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        var grant = context.Request.GrantType;
        var fits = FirstPartyPaths.Of(context.Transaction.GetHttpRequest()!.Path) switch
        {
            FirstPartyRoute.Standard => grant != GrantNames.Login,
            FirstPartyRoute.Login => grant == GrantNames.Login,
            FirstPartyRoute.Refresh => grant == GrantTypes.RefreshToken,
            _ => false,
        };
        if (!fits) context.Reject(OAuthErrors.UnsupportedGrantType, "This address has no such grant type.");
        return ValueTask.CompletedTask;
    }
}
