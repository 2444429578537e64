using AuthServer.Api.Representation;
using AuthServer.Api.Tokens;
using AuthServer.Configuration;
using AuthServer.JsonApi;
using AuthServer.Users.Administration;
using AuthServer.Users.Registration;
using AuthServer.Users.SignIn;

namespace AuthServer.Api.Users;

/// <summary>POST /v1/users: an admin or a service account makes an account.</summary>
internal static class CreateUser
{
    public static async Task<IResult> HandleAsync(
        HttpContext http, UserCreation creation, IdempotencyKeys keys, UserDirectory users, SignInMethodOptions methods)
    {
        var caller = ApiCaller.Of(http);
        if (caller.RefusalToWrite() is { } refusal) return refusal;
        var (bytes, unreadable) = await JsonBody.ReadBytesAsync(http.Request, http.RequestAborted);
        if (bytes is null) return unreadable!;
        var (body, malformed) = JsonBody.Parse(bytes, UserBodyJson.Default.NewUserBody);
        if (body is null) return malformed!;
        if (body.Password is not null && !methods.Password) return AccountProblems.PasswordGiven();
        if (RoleNames.Read(body.Roles) is not { } roles) return RoleNames.Wrong();
        var (request, badKey) = IdempotencyHeader.Read(http, "POST " + ApiPaths.Users, caller.Subject, bytes);
        if (badKey is not null) return badKey;
        if (request is not null && await IdempotencyHeader.FindAnswerAsync(request, keys, users, http.RequestAborted) is { } earlier)
        {
            return earlier;
        }

        var draft = new AccountDraft(
            body.Email ?? "", body.Password, body.FirstName, body.LastName, body.EmailVerified ?? false, body.Disabled ?? false, roles)
        {
            PasswordHash = body.PasswordHash,
        };
        return await creation.CreateAsync(draft, caller.Actor(http, asAdmin: true), request, http.RequestAborted) switch
        {
            CreationResult.Created(var id) => UserAnswer.Created((await users.FindAsync(id, CancellationToken.None))!),
            CreationResult.Repeated => (await IdempotencyHeader.FindAnswerAsync(request!, keys, users, http.RequestAborted))!,
            CreationResult.StepUpRequired(var withFactor) => StepUp.Required(withFactor),
            CreationResult.EmailTaken => AccountProblems.EmailTaken(),
            CreationResult.Refused(var errors) => Problem.Unprocessable(errors),
            CreationResult.Busy(var wait) => Problem.Busy(wait),
            var other => throw new InvalidOperationException($"Unknown result {other}"),
        };
    }
}
