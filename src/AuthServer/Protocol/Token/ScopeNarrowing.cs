using System.Collections.Immutable;
using AuthServer.Clients.Directory;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token;

/// <summary>Refuses scopes beyond those granted (RFC 6749 section 6) or registered (section 4.4), as invalid_scope (section 5.2).</summary>
public sealed class ScopeNarrowing(ClientDirectory clients) : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    public async ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        var asked = context.Request.GetScopes();
        if (asked.IsEmpty) return;
        IEnumerable<string> allowed;
        if (context.RefreshTokenPrincipal is { } session) allowed = session.GetScopes();
        else if (context.Request.IsClientCredentialsGrantType())
        {
            var stop = context.Transaction.GetHttpRequest()!.HttpContext.RequestAborted;
            allowed = (await clients.FindAsync(context.ClientId!, stop))?.Scopes ?? (IEnumerable<string>)ImmutableArray<string>.Empty;
        }
        else return;

        if (asked.Except(allowed).FirstOrDefault() is { } beyond)
        {
            context.Reject(OAuthErrors.InvalidScope, $"The scope {beyond} has not been granted.");
        }
    }
}
