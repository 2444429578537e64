using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Protocol.Authorization;
using AuthServer.Protocol.ClientProof;
using AuthServer.Protocol.Errors;
using AuthServer.RateLimits;
using Microsoft.AspNetCore;
using Microsoft.Extensions.Primitives;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.RequestObjects;

/// <summary>
/// A request object at the authorization endpoint, by value or by reference: once it has been verified it is kept as a pushed request, and
/// the browser goes on with the name of that.
/// </summary>
/// <remarks>So it is verified and fetched once, however many pages the sign-in has, and the rules of pushed requests hold for it.</remarks>
public sealed class RequestObjectIntake(
    RequestObjectReader objects, RequestObjectFetch fetch, PushedRequests pushed, ClientDirectory clients, PushedRequestThrottle throttle)
    : IOpenIddictServerHandler<ExtractAuthorizationRequestContext>
{
    public async ValueTask HandleAsync(ExtractAuthorizationRequestContext context)
    {
        if (context.Request is not { } request || PushedRequest.Of(context.Transaction) is not null) return;
        var (text, reference) = (request.Request, request.RequestUri);
        if (string.IsNullOrEmpty(text) && string.IsNullOrEmpty(reference)) return;
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        // An unknown client is told of by OpenIddict's handlers.
        if (request.ClientId is not { Length: > 0 } clientId || await clients.FindAsync(clientId, http.RequestAborted) is not { } client)
        {
            (request.Request, request.RequestUri) = (null, null);
            return;
        }

        if (!string.IsNullOrEmpty(text) && !string.IsNullOrEmpty(reference))
        {
            context.Reject(OAuthErrors.InvalidRequest, "A request has either request or request_uri (RFC 9101 section 5).");
            return;
        }

        // An object without a jti, which RFC 9101 does not ask for, may come again: each time costs a signature and a row.
        var address = Caller.Of(http).Address;
        if (await throttle.TakeAsync(address) is { } wait)
        {
            LetWait(context, wait);
            return;
        }

        if (!string.IsNullOrEmpty(reference) && (text = await fetch.FindAsync(client, reference, http.RequestAborted)) is null)
        {
            context.Reject(
                RequestErrors.InvalidRequestUri, "The request_uri is not one of the client's request_uris, or gave no request object.");
            return;
        }

        var read = await objects.ReadAsync(client, text!, http.RequestAborted);
        if (read.Parameters is not { } parameters)
        {
            context.Reject(RequestErrors.InvalidRequestObject, read.Fault);
            return;
        }

        if (await throttle.TakeRestAsync(address, PushedRequests.LengthOf(parameters)) is { } longer)
        {
            LetWait(context, longer);
            return;
        }

        // Null when the client has been deleted meanwhile: the same address finds that out.
        if (await pushed.StoreAsync(client, parameters, isSigned: true, http.RequestAborted) is { } name)
        {
            GoOn(context, http, clientId, name);
        }
        else context.Reject(OAuthErrors.InvalidClient, "The client_id is not known.");
    }

    private static void LetWait(ExtractAuthorizationRequestContext context, TimeSpan wait)
    {
        ClientMustWait.Note(context.Transaction, wait);
        context.Reject(OAuthErrors.TemporarilyUnavailable, "Too many requests have come from this address. Try again in a minute.");
    }

    private static void GoOn(ExtractAuthorizationRequestContext context, HttpContext http, string clientId, string name)
    {
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = http.Request.PathBase + http.Request.Path
            + QueryString.Create(Parameters.ClientId, clientId).Add(Parameters.RequestUri, name).ToUriComponent();
        http.Response.Headers.CacheControl = "no-store";
        context.HandleRequest();
    }
}

/// <summary>A request object in a pushed request (RFC 9126 section 3): what stands beside it is about the client alone.</summary>
public sealed class PushedRequestObject(RequestObjectReader objects) : IOpenIddictServerHandler<ValidatePushedAuthorizationRequestContext>
{
    public async ValueTask HandleAsync(ValidatePushedAuthorizationRequestContext context)
    {
        var client = ClientAuthenticationHandler.ClientOf(context.Transaction);
        if (context.Request.Request is not { Length: > 0 } text)
        {
            if (client.Requests.MustBeSigned) context.Reject(OAuthErrors.InvalidRequest, PushedRequestIntake.NotSigned);
            return;
        }

        // Section 2.1. Without an object OpenIddict's check sees it.
        if (context.Request.RequestUri is { Length: > 0 })
        {
            context.Reject(OAuthErrors.InvalidRequest, "A pushed request has no request_uri (RFC 9126 section 2.1).");
            return;
        }

        var stop = context.Transaction.GetHttpRequest()!.HttpContext.RequestAborted;
        var read = await objects.ReadAsync(client, text, stop);
        if (read.Parameters is { } parameters)
        {
            context.Transaction.SetProperty(PushedRequest.SignedKey, PushedRequest.SignedKey);
            context.Transaction.Request = new OpenIddictRequest(
                parameters.Select(p => new KeyValuePair<string, StringValues>(p.Key, p.Value))) { ClientId = client.ClientId };
            // The context has taken it from the form, before the object was read.
            if (context.Request.RedirectUri is { Length: > 0 } redirectUri) context.SetRedirectUri(redirectUri);
        }
        else context.Reject(RequestErrors.InvalidRequestObject, read.Fault);
    }
}
