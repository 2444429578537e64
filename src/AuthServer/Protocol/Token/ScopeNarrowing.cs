using System.Collections.Immutable;
using AuthServer.Clients.Directory;
using AuthServer.Protocol.Claims;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token;

/// <summary>Refuses scopes beyond those granted (RFC 6749 section 6) or registered (section 4.4), as invalid_scope (section 5.2).</summary>
/// <remarks>In a code exchange <c>scope</c> is a parameter without a meaning, and ignored (section 3.2).</remarks>
public sealed class ScopeNarrowing(ClientDirectory clients, RequestedScopes scopes) : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    public async ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        var asked = RequestedScopes.Split(context.Request.Scope);
        if (!asked.IsEmpty && await FindBeyondAsync(context, asked) is { } beyond)
        {
            context.Reject(OAuthErrors.InvalidScope, $"The scope {beyond} has not been granted.");
        }
    }

    private async ValueTask<string?> FindBeyondAsync(ValidateTokenRequestContext context, ImmutableArray<string> asked)
    {
        if (context.RefreshTokenPrincipal is { } session) return RequestedScopes.FindBeyond(asked, session.GetScopes());
        if (!context.Request.IsClientCredentialsGrantType()) return null;
        var stop = context.Transaction.GetHttpRequest()!.HttpContext.RequestAborted;
        return await clients.FindAsync(context.ClientId!, stop) is { } client ? await scopes.FindBeyondAsync(client, asked, stop) : null;
    }
}
