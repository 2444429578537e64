using System.Collections.Frozen;
using System.Collections.Immutable;
using AuthServer.Audit;
using AuthServer.Pages;
using AuthServer.Protocol.Authorization;
using AuthServer.Protocol.ClientProof;
using AuthServer.Protocol.Errors;
using AuthServer.Protocol.Token;
using AuthServer.RateLimits;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.PushedAuthorization;

/// <summary>The pushed authorization request endpoint (RFC 9126 section 2): keeps a request that the handlers before have judged.</summary>
public sealed class PushedAuthorizationEndpoint(PushedRequests requests, RequestSender senders, PushedRequestThrottle throttle)
    : IOpenIddictServerHandler<HandlePushedAuthorizationRequestContext>
{
    // Credentials are for this request alone; marks of pages are for the browser's address.
    private static readonly FrozenSet<string> NotKept = new[]
    {
        Parameters.ClientId, Parameters.ClientSecret, Parameters.ClientAssertion, Parameters.ClientAssertionType,
        Interactions.Parameter, RequestHints.Parameter,
    }.ToFrozenSet(StringComparer.Ordinal);

    public async ValueTask HandleAsync(HandlePushedAuthorizationRequestContext context)
    {
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        var parameters = context.Request.GetParameters().Where(p => !NotKept.Contains(p.Key)).ToDictionary(
            p => p.Key, p => ((ImmutableArray<string?>?)p.Value)?.Select(value => value ?? "").ToArray() ?? []);
        var client = ClientAuthenticationHandler.ClientOf(context.Transaction);
        var (sender, proof, refusal) = senders.Read(http, client.Profile);
        if (refusal is not null)
        {
            context.Reject(refusal.Error, refusal.Description);
            return;
        }

        if (sender?.KeyThumbprint is { } thumbprint)
        {
            // RFC 9449 section 10.1: the proof binds the code as dpop_jkt does, and both together name one key.
            const string Key = AuthorizationParameters.KeyThumbprint;
            if (parameters.TryGetValue(Key, out var named) && !named.SequenceEqual([thumbprint]))
            {
                context.Reject(OAuthErrors.InvalidRequest, "dpop_jkt is not the key of the DPoP proof.");
                return;
            }

            parameters[Key] = [thumbprint];
        }

        if (PushedRequests.AreTooLong(parameters))
        {
            context.Reject(OAuthErrors.InvalidRequest, "The parameters of the request are longer than 16,384 characters together.");
            return;
        }

        // RFC 9126 section 2.3: 429. Credentials that a client has registered itself bound nobody where everybody may register.
        var address = Caller.Of(http).Address;
        if ((client.IsPublic || client.IsSelfRegistered) && (await throttle.TakeAsync(address)
            ?? await throttle.TakeRestAsync(address, PushedRequests.LengthOf(parameters))) is { } wait)
        {
            ClientMustWait.Note(context.Transaction, wait);
            context.Reject(OAuthErrors.TemporarilyUnavailable, "Too many requests have been pushed from this address.");
            return;
        }

        if (await senders.UseAsync(proof) is { } used)
        {
            context.Reject(used.Error, used.Description);
            return;
        }

        var isSigned = context.Transaction.GetProperty<string>(PushedRequest.SignedKey) is not null;
        if (await requests.StoreAsync(client, parameters, isSigned, http.RequestAborted) is not { } requestUri)
        {
            context.Reject(OAuthErrors.InvalidClient, "The client is not registered any more.");
            return;
        }

        await JsonAnswer.WriteAsync(
            http, StatusCodes.Status201Created, (requestUri, (int)requests.LifetimeFor(client).TotalSeconds), static (json, answer) =>
            {
                json.WriteString(Parameters.RequestUri, answer.requestUri);
                json.WriteNumber(Parameters.ExpiresIn, answer.Item2);
            });
        context.HandleRequest();
    }
}
