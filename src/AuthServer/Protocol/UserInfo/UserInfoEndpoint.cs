using System.Text.Json;
using AuthServer.Protocol.Token;
using AuthServer.Sessions;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.UserInfo;

/// <summary>The userinfo endpoint (OpenID Connect Core 5.3).</summary>
public sealed class UserInfoEndpoint(UserInfoClaims claims) : IOpenIddictServerHandler<HandleUserInfoRequestContext>
{
    public async ValueTask HandleAsync(HandleUserInfoRequestContext context)
    {
        var token = context.Transaction.GetProperty<AccessToken>(AccessTokenIntake.Key)!;
        switch (await claims.OfAsync(token, context.Transaction.GetHttpRequest()!.HttpContext.RequestAborted))
        {
            case UserInfoResult.Refused(var error, var description):
                context.Reject(error, description);
                break;
            case UserInfoResult.Told(var told):
                context.Subject = token.Subject;
                foreach (var (name, value) in told)
                {
                    context.Claims[name] = new OpenIddictParameter(JsonSerializer.SerializeToElement(value));
                }
                break;
        }
    }
}
