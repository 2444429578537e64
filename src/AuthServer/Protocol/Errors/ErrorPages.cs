using AuthServer.Audit;
using AuthServer.Ui.Protocol.Errors;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Http.HttpResults;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Errors;

/// <summary>Shows an error that may not travel by redirect (RFC 6749 section 4.1.2.1) as a page with a reference code.</summary>
public sealed partial class ErrorPages<TContext>(ILogger<ErrorPages<TContext>> log) : IOpenIddictServerHandler<TContext>
    where TContext : BaseRequestContext
{
    public async ValueTask HandleAsync(TContext context)
    {
        if (context.Transaction.Response is not { Error: { } error } response) return;
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        var reference = ReferenceCode.Of(http);
        LogShown(log, reference, error, response.ErrorDescription, context.Transaction.Request?.ClientId);
        http.Response.Headers.CacheControl = "no-store";
        await new RazorComponentResult<ErrorPage>(new
        {
            Model = new ErrorModel
            {
                Text = TextOf(error, response.ErrorDescription),
                Reference = reference,
                OAuthError = new(error, response.ErrorDescription),
                StatusCode = StatusCodes.Status400BadRequest,
            },
        }) { StatusCode = StatusCodes.Status400BadRequest }.ExecuteAsync(http);
        context.HandleRequest();
    }

    private static string TextOf(string error, string? description) => (error, description) switch
    {
        (_, { } text) when text.Contains("redirect_uri", StringComparison.Ordinal) => ErrorTexts.RedirectUri,
        (_, { } text) when text.Contains("client_id", StringComparison.Ordinal) => ErrorTexts.Client,
        _ => ErrorTexts.Request,
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Error page {Reference}: {Error}, {Description} (client {ClientId})")]
    private static partial void LogShown(ILogger logger, string reference, string error, string? description, string? clientId);
}
