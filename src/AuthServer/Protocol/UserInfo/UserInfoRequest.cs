using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.UserInfo;

/// <summary>Where userinfo takes its token from: the Authorization header (OpenID Connect Core 5.3.1) or a posted form (RFC 6750 section 2.2).</summary>
/// <remarks>Not from the query, which logs and histories keep (RFC 9700 section 4.3.2), and a POST needs no body.</remarks>
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

        context.Transaction.Request = new OpenIddictRequest();
        if (!http.HasFormContentType) return;
        var tokens = (await http.ReadFormAsync(http.HttpContext.RequestAborted))[Parameters.AccessToken];
        if (tokens.Count > 1) context.Reject(OAuthErrors.InvalidRequest, "The parameter access_token stands more than once.");
        else if (tokens.Count == 1) context.Transaction.Request.AccessToken = tokens[0];
    }
}
