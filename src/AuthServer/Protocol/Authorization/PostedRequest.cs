using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Authorization;

/// <summary>Turns a posted authorization or end-session request into a GET (303), so that the session cookie comes along.</summary>
/// <remarks>
/// OpenID Connect Core 3.1.2.1 and RP-Initiated Logout 2 want POST supported. The cookie is SameSite=Lax: a form post from another
/// site carries none, and the person would seem signed out; the GET that follows carries it.
/// </remarks>
public sealed class PostedRequest<TContext> : IOpenIddictServerHandler<TContext> where TContext : BaseValidatingContext
{
    private const int LongestQuery = 16 * 1024;

    public async ValueTask HandleAsync(TContext context)
    {
        var request = context.Transaction.GetHttpRequest()!;
        if (!HttpMethods.IsPost(request.Method) || !request.HasFormContentType) return;
        var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
        var query = QueryString.Create(form.Where(p => !Interactions.IsOurs(p.Key))).ToUriComponent();
        if (query.Length > LongestQuery)
        {
            context.Reject(OAuthErrors.InvalidRequest, "The request is too long.");
            return;
        }

        request.HttpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        request.HttpContext.Response.Headers.Location = request.Path + query;
        request.HttpContext.Response.Headers.CacheControl = "no-store";
        context.HandleRequest();
    }
}
