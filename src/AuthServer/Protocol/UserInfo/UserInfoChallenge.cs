using AuthServer.Sessions.Senders;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.UserInfo;

/// <summary>Answers a token that came by the scheme DPoP with a challenge of that scheme (RFC 9449 section 7.1).</summary>
public sealed class UserInfoChallenge : IOpenIddictServerHandler<ApplyUserInfoResponseContext>
{
    public ValueTask HandleAsync(ApplyUserInfoResponseContext context)
    {
        if (context.Response?.Error is not { } error) return default;
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        if (!PresentedAccess.Read(http.Request.Headers.Authorization).ByKey) return default;
        http.Response.Headers.WWWAuthenticate = AccessTokenUse.Challenge(error);
        if (error is DPoPCheck.InvalidProof or DPoPCheck.UseNonce) http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        return default;
    }
}
