using System.Collections.Immutable;
using AuthServer.Protocol.Claims;

namespace AuthServer.Protocol.Token;

/// <summary>RFC 6749 section 4.4: a client on its own behalf. It touches no table once the client is cached.</summary>
public sealed class ClientCredentialsGrant(TokenAudience audience) : ITokenGrant
{
    public async ValueTask<GrantAnswer> DecideAsync(GrantRequest request)
    {
        // RFC 6749 section 3.3: without the parameter, the scopes that the client is registered for.
        var asked = request.Scopes.IsEmpty ? request.Client.Scopes.ToImmutableArray() : request.Scopes;
        var target = await audience.ResolveAsync(request.Client, [.. ScopeRules.ForClient(asked)], request.Resources, [], request.Http.RequestAborted);
        return target.Fault is { } fault
            ? new GrantAnswer.Refused(OAuthErrors.InvalidTarget, fault)
            : new GrantAnswer.Granted(new TokenContent(request.Client.ClientId, request.Client.ClientId, target.Scopes, target.Audience), RefreshToken: null);
    }
}
