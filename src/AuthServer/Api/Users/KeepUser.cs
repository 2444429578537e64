using AuthServer.Api.Tokens;
using AuthServer.Users.Administration;

namespace AuthServer.Api.Users;

/// <summary>DELETE /v1/users/{id}/deletion: an admin or a service account keeps an account that its person wanted deleted.</summary>
internal static class KeepUser
{
    public static async Task<IResult> HandleAsync(HttpContext http, string id, UserDeletion deletion)
    {
        var caller = ApiCaller.Of(http);
        if (UserId.Read(id, caller, out var userId) is { } unreadable) return unreadable;
        if (caller.RefusalToWrite() is { } refusal) return refusal;
        return ChangeUser.Answer(await deletion.TakeBackAsync(userId, caller.Actor(http, asAdmin: true)));
    }
}
