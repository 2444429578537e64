using AuthServer.Accounts.MyAccount;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.MyAccount;
using AuthServer.Ui.Accounts.SecondFactors;
using AuthServer.Users.SecondFactors;
using AuthServer.Users.SignIn;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Accounts.SecondFactors;

/// <summary>
/// GET /account/security/totp: the second factor of the person who is signed in, recovery codes and remembered devices; without a factor,
/// its set-up.
/// </summary>
public static class FactorPages
{
    private const string Path = PagePaths.AuthenticatorApp;

    public static void MapFactorPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, ShowAsync);
        routes.MapPost(PagePaths.RecoveryCodes, RenewCodesAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
        routes.MapPost(PagePaths.SecondFactorRemoval, RemoveAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
        routes.MapPost(PagePaths.RememberedDevices, ForgetAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http, ClientDirectory clients, SecondStepPeople people, SetUpModels setUp, FactorModels models,
        SecondFactorRequirement requirement, TimeProvider time)
    {
        if (await people.OfSessionAsync(http) is not { } person) return SignIn(http);
        if (person.User.TwoFactorEnabled) return PageAnswers.Page<FactorPage>(http, await models.NewAsync(http, person));
        if (!person.HasGivenCode && await requirement.HasPasskeyAsync(person.User.Id, http.RequestAborted))
        {
            return PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SecondFactor, Here, SecondStepPages.StepUp));
        }

        return SetUpPages.SignInFirst(http, person, Here, time) ?? ConfirmFirst.IfNeeded(http, person.User.EmailConfirmed, Here)
            ?? PageAnswers.Page<SetUpPage>(http, await setUp.NewAsync(http, clients, person, null, Path));
    }

    private static Task<IResult> RenewCodesAsync(
        HttpContext http, IAntiforgery antiforgery, SecondStepPeople people, SecondFactorCheck check, KnownDevice known,
        SecondFactorChanges changes, FactorModels models, TimeProvider time) =>
        ProveAsync(http, antiforgery, people, check, known, models, FactorAct.RenewCodes, time, async person =>
            await changes.RenewCodesAsync(person.User.Id, Caller.Of(http), person.Session!.Id) is { } codes
                ? CodesOnce.Show(http, codes, Path)
                : PageAnswers.SeeOther(http, Path));

    private static Task<IResult> RemoveAsync(
        HttpContext http, IAntiforgery antiforgery, SecondStepPeople people, SecondFactorCheck check, KnownDevice known,
        SecondFactorChanges changes, FirstCodes first, SecondFactorRequirement requirement, FactorModels models, TimeProvider time) =>
        ProveAsync(http, antiforgery, people, check, known, models, FactorAct.Remove, time, async person =>
        {
            await changes.RemoveOwnAsync(person.User.Id, Caller.Of(http), person.Session!.Id);
            var done = AccountVisit.AddressOf(PagePaths.AccountSecurity, AccountDone.SecondFactorOff);
            // Those of the app went with it; where a passkey is the second factor now, it comes with others.
            return await first.AddAsync(person.User.Id, Caller.Of(http), person.Session.Id) is { } codes
                ? CodesOnce.Show(http, codes, done)
                : PageAnswers.SeeOther(http, done);
        }, person => requirement.MayGoWithoutAppAsync(person.User.Id, http.RequestAborted));

    private static async Task<IResult> ForgetAsync(
        HttpContext http, IAntiforgery antiforgery, SecondStepPeople people, RememberedDevices devices, FactorModels models)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        if (await people.OfSessionAsync(http) is not { } person) return SignIn(http);
        if (!form.IsGenuine)
        {
            var stale = (await models.NewAsync(http, person)) with { Problem = SecondStepProblem.FormExpired };
            return PageAnswers.Page<FactorPage>(http, stale, StatusCodes.Status400BadRequest);
        }

        if (Guid.TryParse(form["device"], out var device)) await devices.ForgetAsync(person.User.Id, device);
        return PageAnswers.SeeOther(http, Path);
    }

    /// <summary>
    /// Changes of a way in need a recent sign-in, and a code: a browser that was left alone has neither. A sign-in by passkey stands for
    /// the code, which nobody has who has lost the app.
    /// </summary>
    /// <param name="isOpen">Whether the person may do it at all: asked before the code, because a recovery code counts once.</param>
    private static async Task<IResult> ProveAsync(
        HttpContext http, IAntiforgery antiforgery, SecondStepPeople people, SecondFactorCheck check, KnownDevice known,
        FactorModels models, FactorAct act, TimeProvider time, Func<SecondStepPerson, Task<IResult>> then,
        Func<SecondStepPerson, ValueTask<bool>>? isOpen = null)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        if (await people.OfSessionAsync(http) is not { } person) return SignIn(http);
        if (!person.User.TwoFactorEnabled || (isOpen is not null && !await isOpen(person))) return PageAnswers.SeeOther(http, Path);
        if (SetUpPages.SignInFirst(http, person, Here, time) is { } signIn) return signIn;
        if (form.IsGenuine && person.HasUsedPasskey) return await then(person);
        var model = (await models.NewAsync(http, person)) with { Act = act };
        if (!form.IsGenuine) return Again(SecondStepProblem.FormExpired, StatusCodes.Status400BadRequest);
        if (form["code"].Trim().Length == 0) return Again(SecondStepProblem.Missing);
        var device = known.Read(http, person.User);
        return await check.JudgeAsync(person.User, form["code"], Caller.Of(http), device, http.RequestAborted) switch
        {
            SecondFactorOutcome.Right => await then(person),
            SecondFactorOutcome.TooManyTries(var wait) =>
                Again(SecondStepProblem.TooManyTries, StatusCodes.Status429TooManyRequests, wait),
            _ => Again(SecondStepProblem.Wrong),
        };

        IResult Again(SecondStepProblem problem, int status = StatusCodes.Status422UnprocessableEntity, TimeSpan? wait = null) =>
            PageAnswers.Page<FactorPage>(http, model with { Problem = problem, RetryAfter = wait }, status, wait);
    }

    private static ReturnAddress? Here => ReturnAddress.ToAuthorization(Path);

    private static IResult SignIn(HttpContext http) => PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SignIn, Here));
}
