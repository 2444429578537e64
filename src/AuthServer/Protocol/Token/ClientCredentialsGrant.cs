using System.Collections.Immutable;
using AuthServer.Clients;
using AuthServer.Protocol.Claims;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token;

/// <summary>RFC 6749 section 4.4: a client on its own behalf. It touches no table once the client is cached.</summary>
public sealed class ClientCredentialsGrant(ClientDirectory clients, TokenAudience audience) : ITokenGrant
{
    public string GrantType => GrantTypes.ClientCredentials;

    public async ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var stop = context.Transaction.GetHttpRequest()!.HttpContext.RequestAborted;
        var client = (await clients.FindAsync(context.Request.ClientId!, stop))!;
        // RFC 6749 section 3.3: without the parameter, the scopes that the client is registered for.
        var asked = context.Request.GetScopes() is { IsEmpty: false } scopes ? scopes : client.Scopes.ToImmutableArray();
        var target = await audience.ResolveAsync([.. ScopeRules.ForClient(asked)], context.Request.GetResources(), stop);
        if (target is not var (resources, granted))
        {
            context.Reject(OAuthErrors.InvalidTarget, "A resource was asked for that none of the scopes belongs to.");
            return;
        }

        context.SignIn(TokenPrincipal.ForClient(client.ClientId, granted, resources));
    }
}
