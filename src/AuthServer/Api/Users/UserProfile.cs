using AuthServer.Api.Account;
using AuthServer.Api.Representation;
using AuthServer.Api.Tokens;
using AuthServer.JsonApi;
using AuthServer.RateLimits;
using AuthServer.Users.MyAccount;

namespace AuthServer.Api.Users;

/// <summary>GET and PATCH /v1/users/{id}/profile: an admin or a service account reads and writes the claims of a person.</summary>
internal static class UserProfile
{
    public static async Task<IResult> ReadAsync(HttpContext http, string id, ProfileChanges profile, LookupThrottle lookups)
    {
        var caller = ApiCaller.Of(http);
        if (UserId.Read(id, caller, out var userId) is { } unreadable) return unreadable;
        if ((caller.RefusalToRead() ?? await lookups.TryEnterAsync(http, caller.Subject)) is { } refusal) return refusal;
        return await profile.FindAsync(userId, http.RequestAborted) is { } user ? ProfileApi.Answer(http, user) : UserId.NotFound();
    }

    public static async Task<IResult> ChangeAsync(HttpContext http, string id, ProfileChanges profile)
    {
        var caller = ApiCaller.Of(http);
        if (UserId.Read(id, caller, out var userId) is { } unreadable) return unreadable;
        if (caller.RefusalToWrite() is { } refusal) return refusal;
        if (EntityTags.IfMatch(http.Request.Headers.IfMatch) is not { } matches) return Preconditions.Required();
        var (bytes, unread) = await JsonBody.ReadPatchAsync(http.Request, http.RequestAborted);
        if (bytes is null) return unread!;
        var (body, malformed) = JsonBody.Parse(bytes, AccountBodyJson.Default.ProfileBody);
        if (body is null) return malformed!;
        return ProfileApi.Answer(http, await profile.ChangeAsAdminAsync(
            userId, caller.Actor(http, asAdmin: true), matches, body.Changes(JsonBody.NullMembers(bytes)), http.RequestAborted))
            ?? UserId.NotFound();
    }
}
