using AuthServer.Api.Representation;
using AuthServer.Api.Tokens;
using AuthServer.Audit;
using AuthServer.RateLimits;
using AuthServer.Sessions;
using AuthServer.Users.Administration;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Api.Users;

/// <summary>/v1/users/{id}/sessions: an admin or a service account sees and ends the sessions of a person.</summary>
internal static class UserSessions
{
    public static async Task<IResult> ListAsync(
        HttpContext http, string id, UserDirectory users, SessionList sessions, LookupThrottle lookups)
    {
        var caller = ApiCaller.Of(http);
        if (UserId.Read(id, caller, out var userId) is { } unreadable) return unreadable;
        // Before the look-up: to others the answer is the same whether the account exists or not.
        if ((caller.RefusalToRead() ?? await lookups.TryEnterAsync(http, caller.Subject)) is { } refusal) return refusal;
        if (await users.FindAsync(userId, http.RequestAborted) is null) return UserId.NotFound();
        return await SessionsAnswer.ListAsync(http, sessions, userId, (caller as ApiCaller.Person)?.SessionId);
    }

    public static async Task<IResult> EndAllAsync(HttpContext http, string id, UserDirectory users, SessionEnding ending)
    {
        var caller = ApiCaller.Of(http);
        if (UserId.Read(id, caller, out var userId) is { } unreadable) return unreadable;
        if (caller.RefusalToWrite() is { } refusal) return refusal;
        if (await users.FindAsync(userId, http.RequestAborted) is null) return UserId.NotFound();
        var actor = caller.Actor(http, asAdmin: true);
        // An admin who ends their own sessions keeps the one that asks.
        await ending.EndOthersAsync(
            userId, caller.Is(userId) ? actor.PersonSession : null, EndReason.EndedByAdmin, actor.PersonId, Caller.Of(http),
            CancellationToken.None);
        return Results.NoContent();
    }

    public static async Task<IResult> EndAsync(
        HttpContext http, string id, [FromRoute(Name = "session_id")] string sessionId, SessionEnding ending)
    {
        var caller = ApiCaller.Of(http);
        if (UserId.Read(id, caller, out var userId) is { } unreadable) return unreadable;
        if (caller.RefusalToWrite() is { } refusal) return refusal;
        return Guid.TryParseExact(sessionId, "D", out var session) && await ending.EndWithAppsAsync(
            session, userId, EndReason.EndedByAdmin, caller.Actor(http, asAdmin: true).PersonId, Caller.Of(http), CancellationToken.None)
            ? Results.NoContent()
            : SessionsAnswer.NotFound();
    }
}
