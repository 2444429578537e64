using AuthServer.Api.Tokens;
using AuthServer.JsonApi;
using AuthServer.Users.Administration;

namespace AuthServer.Api.Users;

/// <summary>DELETE /v1/users/{id}: an admin or a service account deletes an account, whose sessions end with it.</summary>
internal static class DeleteUser
{
    public static async Task<IResult> HandleAsync(HttpContext http, string id, UserDeletion deletion)
    {
        var caller = ApiCaller.Of(http);
        if (UserId.Read(id, caller, out var userId) is { } unreadable) return unreadable;
        if (caller.RefusalToWrite() is { } refusal) return refusal;
        var matches = EntityTags.IfMatch(http.Request.Headers.IfMatch) ?? (static _ => true);
        return ChangeUser.Answer(await deletion.DeleteAsync(userId, matches, caller.Actor(http, asAdmin: true)));
    }
}
