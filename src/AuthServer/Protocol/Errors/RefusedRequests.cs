using AuthServer.Audit;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Errors;

/// <summary>Notes the answers that a guesser gets: a wrong client secret, a code, refresh token or access token that is not one.</summary>
public sealed class RefusedRequests<TContext>(Refusals refusals) : IOpenIddictServerHandler<TContext> where TContext : BaseRequestContext
{
    public ValueTask HandleAsync(TContext context)
    {
        var kind = context.Transaction.Response?.Error switch
        {
            OAuthErrors.InvalidClient => RefusalKinds.InvalidClient,
            OAuthErrors.InvalidGrant => RefusalKinds.InvalidGrant,
            OAuthErrors.InvalidToken => RefusalKinds.ForgedBearer,
            _ => null,
        };
        if (kind is not null) refusals.Record(kind, Caller.Of(context.Transaction.GetHttpRequest()!.HttpContext));
        return default;
    }
}
