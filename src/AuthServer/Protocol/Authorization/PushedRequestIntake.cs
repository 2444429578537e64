using AuthServer.Clients.Directory;
using AuthServer.Sessions;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Authorization;

/// <summary>
/// Puts the pushed parameters in the place of a <c>request_uri</c> (RFC 9126 section 4), and refuses a request that had to be pushed.
/// </summary>
public sealed class PushedRequestIntake(
    PushedRequests requests, ClientDirectory clients, Interactions interactions, PushedRequestOptions options)
    : IOpenIddictServerHandler<ExtractAuthorizationRequestContext>
{
    /// <summary>Why a request of a client that must sign is refused.</summary>
    public const string NotSigned = "The requests of this client are signed: send a request object (RFC 9101).";

    public async ValueTask HandleAsync(ExtractAuthorizationRequestContext context)
    {
        if (context.Request is not { } request) return;
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        var client = request.ClientId is { Length: > 0 } clientId ? await clients.FindAsync(clientId, http.RequestAborted) : null;
        if (PushedRequests.IsName(request.RequestUri)) await EnterAsync(context, http, request.RequestUri!, client);
        else if (options.Required || client is { Requests.MustBePushed: true })
        {
            context.Reject(
                OAuthErrors.InvalidRequest,
                "This request must be pushed: post its parameters to the pushed authorization request endpoint first (RFC 9126).");
        }
        else if (client is { Requests.MustBeSigned: true }
            && string.IsNullOrEmpty(request.Request) && string.IsNullOrEmpty(request.RequestUri))
        {
            context.Reject(OAuthErrors.InvalidRequest, NotSigned);
        }
    }

    private async Task EnterAsync(ExtractAuthorizationRequestContext context, HttpContext http, string requestUri, RegisteredClient? client)
    {
        // A mark is made for one request and one browser, and only after its parameters were found in time.
        var begun = interactions.Read(http, http.Request.Query, await http.GetBrowserSessionAsync()) is not null;
        if (client is not null && await requests.FindAsync(requestUri, client.ClientId, begun, http.RequestAborted) is { } pushed)
        {
            pushed.Enter(context.Transaction);
            // The registration may have changed since the push.
            if (client.Requests.MustBeSigned && !pushed.Content.IsSigned) context.Reject(OAuthErrors.InvalidRequest, NotSigned);
            return;
        }

        // Nothing beside the request_uri counts, so the error goes to no address that stands there.
        context.Request = new OpenIddictRequest { ClientId = client?.ClientId };
        context.Reject(
            RequestErrors.InvalidRequestUri, "The request_uri is not one that this client was given, or it has expired or been used.");
    }
}

/// <summary>Ends a pushed request with the error that the client gets; with a code it ends in the transaction of the code.</summary>
public sealed class PushedRequestEnd(PushedRequests requests) : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    public async ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        if (context.Response.Error is null || string.IsNullOrEmpty(context.RedirectUri)) return;
        if (PushedRequest.Of(context.Transaction) is not { } pushed) return;
        // The caller may be gone: the request has been answered all the same.
        await requests.AnswerAsync(pushed, CancellationToken.None);
    }
}
