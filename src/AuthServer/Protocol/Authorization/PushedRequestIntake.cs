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
    public async ValueTask HandleAsync(ExtractAuthorizationRequestContext context)
    {
        if (context.Request is not { } request) return;
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        if (PushedRequests.IsName(request.RequestUri)) await EnterAsync(context, http, request.RequestUri!, request.ClientId);
        else if (await MustPushAsync(request.ClientId, http.RequestAborted))
        {
            context.Reject(
                OAuthErrors.InvalidRequest,
                "This request must be pushed: post its parameters to the pushed authorization request endpoint first (RFC 9126).");
        }
    }

    private async Task EnterAsync(ExtractAuthorizationRequestContext context, HttpContext http, string requestUri, string? clientId)
    {
        // A mark is made for one request, and only after its parameters were found in time.
        var begun = interactions.Read(http.Request.Query, await http.GetBrowserSessionAsync()) is not null;
        if (await requests.FindAsync(requestUri, clientId, begun, http.RequestAborted) is { } pushed)
        {
            pushed.Enter(context.Transaction);
            return;
        }

        // Nothing beside the request_uri counts, so the error goes to no address that stands there.
        context.Request = new OpenIddictRequest { ClientId = clientId };
        context.Reject(
            RequestErrors.InvalidRequestUri, "The request_uri is not one that this client was given, or it has expired or been used.");
    }

    private async ValueTask<bool> MustPushAsync(string? clientId, CancellationToken stop) => options.Required
        || (clientId is { Length: > 0 } && await clients.FindAsync(clientId, stop) is { Requests.MustBePushed: true });
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
