using AuthServer.Api.Representation;
using AuthServer.Api.Tokens;
using AuthServer.JsonApi;
using AuthServer.RateLimits;
using AuthServer.Users.Administration;

namespace AuthServer.Api.Users;

/// <summary>GET /v1/users/{id}: an admin or a service account reads any account, and a person reads their own.</summary>
internal static class ReadUser
{
    public static async Task<IResult> HandleAsync(HttpContext http, string id, UserDirectory users, LookupThrottle lookups)
    {
        var caller = ApiCaller.Of(http);
        if (UserId.Read(id, caller, out var userId) is { } unreadable) return unreadable;
        // Before the look-up: to others the answer is the same whether the account exists or not.
        var refusal = caller.RefusalToRead();
        if (refusal is not null && caller.Is(userId)) refusal = caller.RefusalToReadOwn();
        if (refusal is not null) return refusal;
        if (!caller.Is(userId) && await lookups.TryEnterAsync(http, caller.Subject) is { } tooFast) return tooFast;

        if (await users.FindAsync(userId, http.RequestAborted) is not { } user) return UserId.NotFound();
        if (!EntityTags.IsKnown(http.Request.Headers.IfNoneMatch, EntityTags.Of(user.Version))) return UserAnswer.Ok(user);
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ETag = EntityTags.Of(user.Version);
        return Results.StatusCode(StatusCodes.Status304NotModified);
    }
}
