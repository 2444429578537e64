using AuthServer.Sessions.Senders;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.UserInfo;

/// <summary>Takes the token from the Authorization header (OpenID Connect Core 5.3.1) or a posted form (RFC 6750 section 2.2).</summary>
/// <remarks>Never from the query, because logs and histories keep it (RFC 9700 section 4.3.2). A POST needs no body.</remarks>
public sealed class UserInfoRequest : IOpenIddictServerHandler<ExtractUserInfoRequestContext>
{
    public async ValueTask HandleAsync(ExtractUserInfoRequestContext context)
    {
        var http = context.Transaction.GetHttpRequest()!;
        if (!HttpMethods.IsGet(http.Method) && !HttpMethods.IsPost(http.Method))
        {
            context.Reject(OAuthErrors.InvalidRequest, "Userinfo answers to GET and POST.");
            return;
        }

        var header = PresentedAccess.Read(http.Headers.Authorization);
        if (header is { Presented: true, Token: null })
        {
            context.Reject(OAuthErrors.InvalidToken, "The Authorization header does not carry one token.");
            return;
        }

        context.Transaction.Request = new OpenIddictRequest { AccessToken = header.Token };
        // RFC 6750 section 2.2: never with GET.
        if (!HttpMethods.IsPost(http.Method) || !http.HasFormContentType) return;
        var posted = (await http.ReadFormAsync(http.HttpContext.RequestAborted))[Parameters.AccessToken];
        if (posted.Count == 0) return;
        // RFC 6750 section 2: one method of sending the token, once.
        if (posted.Count > 1) context.Reject(OAuthErrors.InvalidRequest, "The parameter access_token stands more than once.");
        else if (http.Headers.Authorization.Count > 0)
        {
            context.Reject(OAuthErrors.InvalidRequest, "Send the token in the header or the body.");
        }
        else context.Transaction.Request.AccessToken = posted[0];
    }
}
