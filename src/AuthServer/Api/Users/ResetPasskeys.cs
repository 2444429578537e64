using AuthServer.Api.Tokens;
using AuthServer.Users.Administration;

namespace AuthServer.Api.Users;

/// <summary>DELETE /v1/users/{id}/passkeys: an admin or a service account takes away the passkeys of a person who has lost them.</summary>
internal static class ResetPasskeys
{
    public static async Task<IResult> HandleAsync(HttpContext http, string id, FactorReset reset)
    {
        var caller = ApiCaller.Of(http);
        if (UserId.Read(id, caller, out var userId) is { } unreadable) return unreadable;
        if (caller.RefusalToWrite() is { } refusal) return refusal;
        return ChangeUser.Answer(await reset.ResetPasskeysAsync(userId, caller.Actor(http, asAdmin: true)));
    }
}
