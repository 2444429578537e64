using AuthServer.Api.Representation;
using AuthServer.Api.Tokens;
using AuthServer.JsonApi;
using AuthServer.Users.Administration;
using AuthServer.Users.MyAccount;
using AuthServer.Users.SignIn;

namespace AuthServer.Api.Account;

/// <summary>PUT /v1/account/password: a new password; DELETE: none any more. Either ends the person's other sessions.</summary>
internal static class PasswordApi
{
    public static async Task<IResult> ChangeAsync(HttpContext http, OwnPassword password, SignInMethodOptions methods)
    {
        if (!methods.Password) return AccountProblems.NoPasswords();
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToWriteOwn()!;
        if (person.RefusalToWriteOwn() is { } refusal) return refusal;
        var (body, malformed) = await JsonBody.ReadAsync(http.Request, AccountBodyJson.Default.NewPasswordBody, http.RequestAborted);
        if (body is null) return malformed!;
        var actor = (AccountActor.Person)person.Actor(http, asAdmin: false);
        var result = await password.ChangeAsync(actor, body.CurrentPassword, body.Password, http.RequestAborted);
        if (result is ChangeResult.Changed) await person.StayKnownAsync(http);
        return result switch
        {
            ChangeResult.Changed => Results.NoContent(),
            ChangeResult.ProofRequired(true) => Problem.Unprocessable(
                new Dictionary<string, string[]> { ["current_password"] = ["is wrong."] }),
            ChangeResult.ProofRequired => StepUp.Required(),
            ChangeResult.StepUpRequired(var withFactor) => StepUp.Required(withFactor),
            ChangeResult.Refused(var errors) => Problem.Unprocessable(errors),
            ChangeResult.TooManyTries(var wait) => AccountProblems.TooManyTries(wait),
            ChangeResult.Busy(var wait) => Problem.Busy(wait),
            ChangeResult.Stale => Preconditions.Failed(),
            _ => Problem.NotFound("The account is gone."),
        };
    }

    public static async Task<IResult> RemoveAsync(
        HttpContext http, PasswordRemoval removal, SignInMethodOptions methods, TimeProvider time)
    {
        if (!methods.Password) return AccountProblems.NoPasswords();
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToWriteOwn()!;
        if ((person.RefusalToWriteOwn() ?? StepUp.RefusalForWayIn(person, time)) is { } refusal) return refusal;
        var result = await removal.RemoveAsync((AccountActor.Person)person.Actor(http, asAdmin: false));
        if (result == PasswordRemovalResult.Removed) await person.StayKnownAsync(http);
        return result switch
        {
            PasswordRemovalResult.Removed => Results.NoContent(),
            PasswordRemovalResult.TooFewWays => new Problem(
                StatusCodes.Status409Conflict, "last-way-in",
                "The account needs a passkey and one more: a second passkey, a confirmed e-mail address, or a connected sign-in."),
            _ => Problem.NotFound("The account has no password."),
        };
    }
}
