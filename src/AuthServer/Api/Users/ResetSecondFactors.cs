using AuthServer.Api.Tokens;
using AuthServer.Users.Administration;

namespace AuthServer.Api.Users;

/// <summary>
/// DELETE /v1/users/{id}/second-factors: an admin or a service account takes away what a person has lost; the password alone signs them in.
/// </summary>
internal static class ResetSecondFactors
{
    public static async Task<IResult> HandleAsync(HttpContext http, string id, FactorReset reset)
    {
        var caller = ApiCaller.Of(http);
        if (UserId.Read(id, caller, out var userId) is { } unreadable) return unreadable;
        if (caller.RefusalToWrite() is { } refusal) return refusal;
        return ChangeUser.Answer(await reset.ResetAsync(userId, caller.Actor(http, asAdmin: true)));
    }
}
