using AuthServer.Api.Representation;
using AuthServer.Api.Tokens;
using AuthServer.RateLimits;
using AuthServer.Users.Administration;
using AuthServer.Users.Providers;
using AuthServer.Users.Upstream;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Api.Users;

/// <summary>
/// /v1/users/{id}/upstream: an admin or a service account sees which sign-ins of other providers lead into an account, and takes one away.
/// </summary>
internal static class UserConnections
{
    public static async Task<IResult> ListAsync(
        HttpContext http, string id, UserDirectory users, UpstreamLinks links, UpstreamProviders providers, LookupThrottle lookups)
    {
        var caller = ApiCaller.Of(http);
        if (UserId.Read(id, caller, out var userId) is { } unreadable) return unreadable;
        if ((caller.RefusalToRead() ?? await lookups.TryEnterAsync(http, caller.Subject)) is { } refusal) return refusal;
        if (await users.FindAsync(userId, http.RequestAborted) is null) return UserId.NotFound();
        return await ConnectionsAnswer.ListAsync(http, links, providers, userId);
    }

    public static async Task<IResult> DisconnectAsync(
        HttpContext http, string id, [FromRoute(Name = "connection_id")] string connectionId, FactorReset reset)
    {
        var caller = ApiCaller.Of(http);
        if (UserId.Read(id, caller, out var userId) is { } unreadable) return unreadable;
        if (caller.RefusalToWrite() is { } refusal) return refusal;
        var result = await reset.DisconnectAsync(userId, connectionId, caller.Actor(http, asAdmin: true));
        return result is ChangeResult.NotFound ? ConnectionsAnswer.NotFound() : ChangeUser.Answer(result);
    }
}
