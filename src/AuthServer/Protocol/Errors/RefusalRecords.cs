using AuthServer.Audit;
using AuthServer.Telemetry;
using Microsoft.AspNetCore;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Errors;

/// <summary>Notes the answers that a guesser gets: a wrong client secret, a code, refresh token or access token that is not one.</summary>
public static class RefusalRecords
{
    public static void RecordOAuth(this Refusals refusals, string? error, HttpContext http)
    {
        var kind = error switch
        {
            OAuthErrors.InvalidClient => RefusalKinds.InvalidClient,
            OAuthErrors.InvalidGrant => RefusalKinds.InvalidGrant,
            OAuthErrors.InvalidToken => RefusalKinds.ForgedBearer,
            _ => null,
        };
        if (kind is not null) refusals.Record(kind, Caller.Of(http));
    }
}

/// <summary>Notes what OpenIddict and the handlers before a grant refuse.</summary>
public sealed class RefusedRequests<TContext>(Refusals refusals) : IOpenIddictServerHandler<TContext> where TContext : BaseRequestContext
{
    public ValueTask HandleAsync(TContext context)
    {
        var error = context.Transaction.Response?.Error;
        // OpenIddict's own words, or ours.
        if (error is not null) Decisions.Note(Decisions.Error, error);
        refusals.RecordOAuth(error, context.Transaction.GetHttpRequest()!.HttpContext);
        return default;
    }
}
