using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Ui.Protocol.Errors;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Http.HttpResults;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Errors;

/// <summary>Shows an error that may not travel by redirect (RFC 6749 section 4.1.2.1) as a page with a reference code.</summary>
public sealed partial class ErrorPages<TContext>(ClientDirectory clients, ILogger<ErrorPages<TContext>> log)
    : IOpenIddictServerHandler<TContext> where TContext : BaseRequestContext
{
    private const int Longest = 1000;

    private const string InLog = "The server's log says under the reference which redirect_uri came and which are registered.";

    public async ValueTask HandleAsync(TContext context)
    {
        if (context.Transaction.Response is not { Error: { } error } response) return;
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        var reference = ReferenceCode.Of(http);
        LogShown(log, reference, error, response.ErrorDescription, context.Transaction.Request?.ClientId);
        var client = await ClientAsync(context.Transaction.Request?.ClientId, http.RequestAborted);
        var asked = context.Transaction.Request?.RedirectUri;
        // Of a pushed request that is gone nobody knows the address.
        var mismatch = context is ApplyAuthorizationResponseContext && !http.Request.Query.ContainsKey("request_uri")
            && client is not null && IsMismatch(client, asked);
        if (mismatch)
        {
            // The developer needs both, and the page of a stranger must not show the registration.
            LogMismatch(log, reference, client!.ClientId, ForeignText.Clean(asked, Longest), string.Join(' ', client.RedirectUris));
        }

        // What an app says of itself is no address to send people to.
        var site = client is { IsSelfRegistered: false } ? client.ClientUri : null;
        http.Response.Headers.CacheControl = "no-store";
        var status = StatusCodes.Status400BadRequest;
        if (ClientMustWait.Of(context.Transaction) is { } wait)
        {
            status = StatusCodes.Status429TooManyRequests;
            ClientMustWait.Write(http.Response, wait);
        }

        await new RazorComponentResult<ErrorPage>(new
        {
            Model = new ErrorModel
            {
                Reason = mismatch && !string.IsNullOrEmpty(asked) ? ErrorReason.ReturnAddress : ReasonOf(response.ErrorDescription),
                App = client?.Name,
                Reference = reference,
                OAuthError = new(error, response.ErrorDescription + (mismatch ? " " + InLog : "")),
                BackUrl = site,
                BackTo = client?.Name,
                StatusCode = status,
            },
        }) { StatusCode = status }.ExecuteAsync(http);
        context.HandleRequest();
    }

    private async ValueTask<RegisteredClient?> ClientAsync(string? clientId, CancellationToken stop) =>
        string.IsNullOrEmpty(clientId) ? null : await clients.FindAsync(clientId, stop);

    // RFC 6749 section 3.1.2.3: an app with one address may leave it out.
    private static bool IsMismatch(RegisteredClient client, string? asked) =>
        string.IsNullOrEmpty(asked) ? client.RedirectUris.Length != 1 : !client.MayReturnTo(asked);

    private static ErrorReason ReasonOf(string? description) =>
        description?.Contains("client_id", StringComparison.Ordinal) == true ? ErrorReason.UnknownApp : ErrorReason.Request;

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Error page {Reference}: client {ClientId} asked for the redirect_uri {Asked}; registered for it: {Registered}")]
    private static partial void LogMismatch(ILogger logger, string reference, string clientId, string? asked, string registered);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Error page {Reference}: {Error}, {Description} (client {ClientId})")]
    private static partial void LogShown(ILogger logger, string reference, string error, string? description, string? clientId);
}
