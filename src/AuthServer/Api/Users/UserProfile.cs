using AuthServer.Api.Account;
using AuthServer.Api.Tokens;
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
        if (caller.RefusalToRead() is { } refusal) return refusal;
        if (!caller.Is(userId) && await lookups.TryEnterAsync(http, caller.Subject) is { } tooFast) return tooFast;
        return await profile.FindAsync(userId, http.RequestAborted) is { } user ? ProfileApi.Answer(http, user) : UserId.NotFound();
    }

    public static async Task<IResult> ChangeAsync(HttpContext http, string id, ProfileChanges profile)
    {
        var caller = ApiCaller.Of(http);
        if (UserId.Read(id, caller, out var userId) is { } unreadable) return unreadable;
        if (caller.RefusalToWrite() is { } refusal) return refusal;
        var (matches, changes, unread) = await ProfileApi.ReadChangeAsync(http);
        if (unread is not null) return unread;
        return ProfileApi.Answer(http, await profile.ChangeAsAdminAsync(
            userId, caller.Actor(http, asAdmin: true), matches, changes, http.RequestAborted)) ?? UserId.NotFound();
    }
}
