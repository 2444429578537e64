using AuthServer.Api.Tokens;
using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.JsonApi;
using AuthServer.Ui.Layout;
using AuthServer.Users.Proofs;
using AuthServer.Users.SecondFactors;
using AuthServer.Users.SignIn;

namespace AuthServer.Api.Account;

/// <summary>/v1/account/second-factors: the authenticator app of a person and their recovery codes.</summary>
internal static class SecondFactorsApi
{
    public static async Task<IResult> ReadAsync(
        HttpContext http, AuthenticatorApps apps, RecoveryCodes codes, SecondFactorRequirement requirement)
    {
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToReadOwn()!;
        if ((person.RefusalToReadOwn() ?? person.RefusalOfThirdParty() ?? RefusalWhereOff(http)) is { } refusal) return refusal;
        var stop = http.RequestAborted;
        var since = await apps.SinceAsync(person.UserId, stop);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(
            new(since, await codes.LeftAsync(person.UserId, stop), !await requirement.MayGoWithoutAsync(person.UserId, stop)),
            FactorJson.Default.SecondFactorsDocument);
    }

    /// <summary>Nothing is stored before a code has proved that the app has the secret.</summary>
    public static async Task<IResult> BeginAsync(HttpContext http, EnrolmentKeys keys, ConfirmationRules rules, Branding branding)
    {
        var (user, person, refusal) = await PersonAsync(http);
        if (user is null) return refusal!;
        // Whoever knows the password alone must set no app up beside the passkey, or in the place of the one that is there.
        if (person!.OwesFactor) return StepUp.Required(withFactor: true);
        if (rules.AreProven && !user.EmailConfirmed) return Unconfirmed;
        var (secret, enrolment) = keys.New(user.Id);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(
            new(secret, EnrolmentKeys.AddressOf(secret, branding.Name, user.Email!), enrolment), FactorJson.Default.EnrolmentDocument);
    }

    public static async Task<IResult> ConfirmAsync(HttpContext http, EnrolmentKeys keys, SecondFactorChanges changes)
    {
        var (user, person, refusal) = await PersonAsync(http);
        if (user is null) return refusal!;
        var (body, malformed) = await JsonBody.ReadAsync(http.Request, FactorJson.Default.EnrolmentBody, http.RequestAborted);
        if (body is null) return malformed!;
        if (user.TwoFactorEnabled && body.Replace != true) return HasOne;
        if (person!.OwesFactor) return StepUp.Required(withFactor: true);
        if (keys.Open(user.Id, body.Enrolment) is not { } secret) return Wrong("enrolment", "has expired, or is not of this account.");
        return await changes.EnrolAsync(user, secret, body.Code, Caller.Of(http), person.SessionId, body.Replace == true) switch
        {
            EnrolmentOutcome.Enrolled(var codes) => Codes(http, codes),
            EnrolmentOutcome.Unconfirmed => Unconfirmed,
            EnrolmentOutcome.WrongCode => Wrong("code", "is wrong."),
            _ => HasOne,
        };
    }

    public static async Task<IResult> RenewCodesAsync(HttpContext http, SecondFactorChanges changes)
    {
        var (user, person, refusal) = await ProvenAsync(http, byPasskeyAlone: true);
        if (user is null) return refusal!;
        return await changes.RenewCodesAsync(user.Id, Caller.Of(http), person!.SessionId) is { } codes ? Codes(http, codes) : HasNeither;
    }

    public static async Task<IResult> RemoveAsync(
        HttpContext http, SecondFactorChanges changes, FirstCodes first, SecondFactorRequirement requirement)
    {
        var (user, person, refusal) = await ProvenAsync(http, judge: async user =>
            await requirement.MayGoWithoutAppAsync(user.Id, http.RequestAborted) ? null : new Problem(
                StatusCodes.Status409Conflict, "second-factor-demanded", "This server wants a second factor of the person: it stays."));
        if (user is null) return refusal!;
        await changes.RemoveOwnAsync(user.Id, Caller.Of(http), person!.SessionId);
        // Those of the app went with it; where a passkey is the second factor now, it comes with others.
        return await first.AddAsync(user.Id, Caller.Of(http), person.SessionId) is { } codes ? Codes(http, codes) : Results.NoContent();
    }

    private static Problem? RefusalWhereOff(HttpContext http) =>
        http.RequestServices.GetRequiredService<SecondFactorOptions>().IsOn
            ? null
            : Problem.NotFound("This server asks nobody for a second factor.");

    /// <summary>The person who may change a way in: through a first-party app, after a recent sign-in.</summary>
    private static Task<(User? User, ApiCaller.Person? Person, IResult? Refusal)> PersonAsync(HttpContext http) => PersonAsync(
        http, person => RefusalWhereOff(http) ?? StepUp.Refusal(person, http.RequestServices.GetRequiredService<TimeProvider>()));

    /// <param name="refuse">What else refuses a person who may write.</param>
    internal static async Task<(User? User, ApiCaller.Person? Person, IResult? Refusal)> PersonAsync(
        HttpContext http, Func<ApiCaller.Person, Problem?> refuse)
    {
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return (null, null, ApiCaller.Of(http).RefusalToWriteOwn()!);
        if ((person.RefusalToWriteOwn() ?? refuse(person)) is { } refusal) return (null, null, refusal);
        var user = await http.RequestServices.GetRequiredService<AccountLookup>()
            .FindAsync(person.UserId, person.SessionId, http.RequestAborted);
        return user is null ? (null, null, Problem.NotFound("The account is gone.")) : (user, person, null);
    }

    /// <summary>
    /// As on the pages a change of what is there needs a code too: a token that was copied has none. A sign-in by passkey stands for it.
    /// </summary>
    /// <param name="byPasskeyAlone">Whether there is something to change for a person who has a passkey and no app.</param>
    /// <param name="judge">What else refuses: it comes before the code, because a recovery code counts once.</param>
    private static async Task<(User? User, ApiCaller.Person? Person, IResult? Refusal)> ProvenAsync(
        HttpContext http, bool byPasskeyAlone = false, Func<User, Task<IResult?>>? judge = null)
    {
        var (user, person, refusal) = await PersonAsync(http);
        if (user is null) return (null, null, refusal);
        var (body, malformed) = await JsonBody.ReadAsync(http.Request, FactorJson.Default.CodeBody, http.RequestAborted);
        if (body is null) return (null, null, malformed);
        var services = http.RequestServices;
        if (!user.TwoFactorEnabled)
        {
            if (!byPasskeyAlone
                || !await services.GetRequiredService<SecondFactorRequirement>().HasPasskeyAsync(user.Id, http.RequestAborted))
            {
                return (null, null, byPasskeyAlone ? HasNeither : HasNone);
            }

            return person!.OwesFactor ? (null, null, StepUp.Required(withFactor: true)) : (user, person, null);
        }

        if (judge is not null && await judge(user) is { } refused) return (null, null, refused);
        if (person!.UsedPasskey) return (user, person, null);
        if (body.Code is null) return (null, null, Problem.BadRequest("code", "is missing."));
        var device = services.GetRequiredService<KnownDevice>().Read(http, user);
        return await services.GetRequiredService<SecondFactorCheck>()
            .JudgeAsync(user, body.Code, Caller.Of(http), device, http.RequestAborted) switch
        {
            SecondFactorOutcome.Right => (user, person, null),
            SecondFactorOutcome.TooManyTries(var wait) => (null, null, Problem.TooManyRequests(
                wait, "There were too many wrong codes. Try again after the seconds in Retry-After.")),
            _ => (null, null, Wrong("code", "is wrong, or was used before.")),
        };
    }

    private static IResult Codes(HttpContext http, IReadOnlyList<string> codes)
    {
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(new(codes), FactorJson.Default.RecoveryCodesDocument);
    }

    private static Problem Wrong(string member, string words) =>
        Problem.Unprocessable(new Dictionary<string, string[]> { [member] = [words] });

    private static Problem HasOne =>
        new(
            StatusCodes.Status409Conflict, "second-factor-exists",
            "The account has an authenticator app already. With replace this one takes its place.");

    // Whoever has signed up with the address of somebody else must not leave a factor behind.
    internal static Problem Unconfirmed => new(
        StatusCodes.Status403Forbidden, "email-confirmation-required",
        "The e-mail address of the account must be confirmed first: POST /v1/auth/email/confirmation sends the code.");

    private static Problem HasNeither => Problem.NotFound("The account has neither an authenticator app nor a passkey.");

    private static Problem HasNone => Problem.NotFound("The account has no authenticator app.");
}
