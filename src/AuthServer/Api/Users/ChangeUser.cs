using AuthServer.Api.Representation;
using AuthServer.Api.Tokens;
using AuthServer.JsonApi;
using AuthServer.Users.Administration;

namespace AuthServer.Api.Users;

/// <summary>PUT /v1/users/{id}: an admin or a service account changes any account, and a first-party app that of its person.</summary>
internal static class ChangeUser
{
    private static readonly string[] IsForAdmins = ["is for admins."];

    public static async Task<IResult> HandleAsync(HttpContext http, string id, UserChanges changes)
    {
        var caller = ApiCaller.Of(http);
        if (UserId.Read(id, caller, out var userId) is { } unreadable) return unreadable;
        // Before the look-up: to others the answer is the same whether the account exists or not.
        var notAsAdmin = caller.RefusalToWrite();
        if (notAsAdmin is not null && (caller.Is(userId) ? caller.RefusalToWriteOwn() : notAsAdmin) is { } refusal) return refusal;
        if (EntityTags.IfMatch(http.Request.Headers.IfMatch) is not { } matches) return Preconditions.Required();
        var (body, malformed) = await JsonBody.ReadAsync(http.Request, UserBodyJson.Default.UserChangeBody, http.RequestAborted);
        if (body is null) return malformed!;
        if (notAsAdmin is not null && body.AdminMembers().ToList() is { Count: > 0 } members) return ForAdmins(members);
        if (RoleNames.Read(body.Roles) is not { } roles) return RoleNames.Wrong();

        var change = new AccountChange(body.Email ?? "", body.FirstName, body.LastName)
        {
            Password = body.Password,
            CurrentPassword = body.CurrentPassword,
            Disabled = body.Disabled,
            EmailVerified = body.EmailVerified,
            Roles = body.Roles is null ? null : roles,
        };
        return Answer(
            await changes.ChangeAsync(userId, matches, change, caller.Actor(http, asAdmin: notAsAdmin is null), http.RequestAborted));
    }

    internal static IResult Answer(ChangeResult result) => result switch
    {
        ChangeResult.Changed(var user) => UserAnswer.Ok(user),
        ChangeResult.Deleted => Results.NoContent(),
        ChangeResult.NotFound => UserId.NotFound(),
        ChangeResult.Stale => Preconditions.Failed(),
        ChangeResult.Refused(var errors) => Problem.Unprocessable(errors),
        ChangeResult.EmailTaken => AccountProblems.EmailTaken(),
        ChangeResult.ProofRequired(var wrong) => Reauthenticate(wrong),
        ChangeResult.OwnAccount(var what) => new Problem(
            StatusCodes.Status409Conflict, "own-account", $"You cannot {what}; another admin can."),
        ChangeResult.NoLongerAdmin => Problem.Forbidden("This is for people with the admin role."),
        ChangeResult.TooManyTries(var wait) => AccountProblems.TooManyTries(wait),
        ChangeResult.Busy(var wait) => Problem.Busy(wait),
        _ => throw new InvalidOperationException($"Unknown result {result}"),
    };

    private static Problem ForAdmins(List<string> members) =>
        Problem.Forbidden("Some members are for people with the admin role and the scope users:write; errors names them.") with
        {
            Errors = members.ToDictionary(m => m, _ => IsForAdmins),
        };

    private static Problem Reauthenticate(bool wrong) => new(
        StatusCodes.Status403Forbidden, "reauthentication-required",
        "A new e-mail address or password of your own needs current_password, or a sign-in less than five minutes ago.")
    {
        Errors = wrong ? new Dictionary<string, string[]> { ["current_password"] = ["is wrong."] } : null,
    };
}
