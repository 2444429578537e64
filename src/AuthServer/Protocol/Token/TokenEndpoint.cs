using AuthServer.Clients.Directory;
using AuthServer.Protocol.ClientProof;
using AuthServer.Protocol.Details;
using AuthServer.Protocol.Token.FirstParty;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token;

/// <summary>
/// The token endpoint on the long way (RFC 6749 section 3.2): OpenIddict has read the request, the client has been judged, the grant
/// decides.
/// </summary>
/// <remarks>
/// The steps are those of <c>PlainToken</c>; the answer is written by the same class, so that OpenIddict makes no tokens of its own here.
/// </remarks>
public sealed class TokenEndpoint(TokenResponse response, RequestSender senders, ClientEnvelopes envelopes)
    : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    public async ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        var (client, call) = (ClientAuthenticationHandler.ClientOf(context.Transaction), FirstPartyCall.Of(context.Transaction));
        var (request, missing) = call?.Login is { } login
            ? (new LoginGrantRequest(http, client, login), null)
            : call?.LoginCode is { } code ? (new LoginCodeGrantRequest(http, client, code), null)
            : GrantRequest.Read(http, client, context.Request.GrantType
                ?? "", name => (string?)context.Request[name] is { Length: > 0 } value ? value : null);
        if (missing is not null) context.Reject(OAuthErrors.InvalidRequest, $"The parameter {missing} is missing.");
        else if (request is null) context.Reject(OAuthErrors.UnsupportedGrantType, "This server has no such grant type.");
        else
        {
            var (sender, proof, refusal) = senders.Read(http, client);
            if (refusal is not null)
            {
                context.Reject(refusal.Error, refusal.Description);
                return;
            }

            // Before anything is decided: a code or a refresh token that was used up for an answer that cannot be given would be lost.
            var (envelope, fault) = client.Tokens.Encryption.IdToken is { } form && call is null
                && request is not (ClientCredentialsGrantRequest or TokenExchangeGrantRequest)
                    ? await envelopes.OpenAsync(client, form, http.RequestAborted) : default;
            if (fault is not null)
            {
                context.Reject(OAuthErrors.InvalidRequest, fault);
                return;
            }

            request = request with
            {
                Envelope = envelope,
                Resources = context.Request.GetResources(), Details = (string?)context.Request[AuthorizationDetails.Parameter], Call = call,
                Sender = sender,
            };
            GrantAnswer? hopeless = proof is null ? null : TokenGrants.FindHopeless(request);
            if (hopeless is null && await senders.UseAsync(proof) is { } used)
            {
                context.Reject(used.Error, used.Description);
                return;
            }

            await response.WriteAsync(request, hopeless ?? await TokenGrants.DecideAsync(request));
            context.HandleRequest();
        }
    }
}

/// <summary>
/// Leaves codes, device codes, refresh tokens and exchanged tokens of token requests to their grants; OpenIddict would look them up among
/// its own tokens.
/// </summary>
public sealed class TokenInputs : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    public ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        (context.RequireAuthorizationCode, context.ValidateAuthorizationCode) = (false, false);
        (context.RequireRefreshToken, context.ValidateRefreshToken) = (false, false);
        (context.RequireDeviceCode, context.ValidateDeviceCode) = (false, false);
        (context.RequireSubjectToken, context.ValidateSubjectToken) = (false, false);
        (context.RequireActorToken, context.ValidateActorToken) = (false, false);
        return default;
    }
}
