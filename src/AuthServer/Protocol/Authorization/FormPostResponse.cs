using AuthServer.Pages;
using AuthServer.Ui.Protocol.FormPost;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Http.HttpResults;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Authorization;

/// <summary>response_mode=form_post (OAuth 2.0 Form Post Response Mode) without the inline script that our CSP forbids.</summary>
public sealed class FormPostResponse : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    public async ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        if (string.IsNullOrEmpty(context.RedirectUri) || context.ResponseMode != ResponseModes.FormPost) return;
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        FormToApp.Allow(http);
        // An error too is handed on here, and a proxy may replace the page of any other status.
        http.Response.StatusCode = StatusCodes.Status200OK;
        http.Response.Headers.CacheControl = "no-store";
        var fields = context.Response.GetParameters()
            .Select(p => new KeyValuePair<string, string>(p.Key, (string?)p.Value ?? "")).ToList();
        await new RazorComponentResult<FormPostPage>(new { Model = new FormPostModel { Action = context.RedirectUri, Fields = fields } })
            .ExecuteAsync(http);
        context.HandleRequest();
    }
}
