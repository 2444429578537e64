using AuthServer.Protocol.Claims;
using AuthServer.Protocol.Details;

namespace AuthServer.Protocol.Token;

/// <summary>RFC 6749 section 4.4: a client on its own behalf. It touches no table once the client is cached.</summary>
public sealed class ClientCredentialsGrant(TokenAudience audience, RequestedScopes scopes) : ITokenGrant<ClientCredentialsGrantRequest>
{
    public async ValueTask<GrantAnswer> DecideAsync(ClientCredentialsGrantRequest request)
    {
        var (client, stop) = (request.Client, request.Http.RequestAborted);
        if (request.Details is not null)
        {
            return new GrantAnswer.Refused(AuthorizationDetails.Error, "Authorization details are allowed by a person, and here is none.");
        }
        if (await scopes.FindBeyondAsync(client, request.Scopes, stop) is { } beyond)
        {
            return new GrantAnswer.Refused(OAuthErrors.InvalidScope, $"The client is not registered for the scope {beyond}.");
        }

        // RFC 6749 section 3.3: without the parameter, the scopes that the client is registered for.
        var asked = request.Scopes.IsEmpty ? client.Scopes.Items : request.Scopes;
        var target = await audience.ResolveAsync(client, ScopeRules.ForClient(asked, client), request.Resources, [], stop);
        return target.Fault is { } fault
            ? new GrantAnswer.Refused(OAuthErrors.InvalidTarget, fault)
            : new GrantAnswer.Granted(
                new TokenContent(
                    client.ClientId, client.ClientId, target.Scopes, target.Audience)
                {
                    AccessTokenAlgorithm = target.Algorithm,
                    Lifetime = client.Tokens.AccessTokenLifetime,
                    AccessClaims = ToldClaims.OfClient(target.Scopes, client),
                },
                RefreshToken: null);
    }
}
