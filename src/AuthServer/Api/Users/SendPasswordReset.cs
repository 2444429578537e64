using AuthServer.Api.Representation;
using AuthServer.Api.Tokens;
using AuthServer.Email;
using AuthServer.JsonApi;
using AuthServer.Users.Administration;
using AuthServer.Users.SignIn;

namespace AuthServer.Api.Users;

/// <summary>POST /v1/users/{id}/password-reset: an admin or a service account lets a person get the mail to choose a new one.</summary>
internal static class SendPasswordReset
{
    public static async Task<IResult> HandleAsync(HttpContext http, string id, MailSetup mail, SignInMethodOptions methods, ResetMail reset)
    {
        var caller = ApiCaller.Of(http);
        if (UserId.Read(id, caller, out var userId) is { } unreadable) return unreadable;
        if (caller.RefusalToWrite() is { } refusal) return refusal;
        if (!methods.Password) return AccountProblems.NoPasswords();
        if (!mail.IsOn) return AccountProblems.NoMail();
        return await reset.SendAsync(userId, caller.Actor(http, asAdmin: true), http.RequestAborted) switch
        {
            ResetMailResult.Sent => Results.StatusCode(StatusCodes.Status202Accepted),
            ResetMailResult.NotFound => UserId.NotFound(),
            ResetMailResult.Disabled => new Problem(
                StatusCodes.Status409Conflict, "account-disabled", "The account is disabled: enable it first, or nobody gets in."),
            ResetMailResult.TooMany(var wait) => AccountProblems.TooManyTries(wait),
            var other => throw new InvalidOperationException($"Unknown result {other}"),
        };
    }
}
