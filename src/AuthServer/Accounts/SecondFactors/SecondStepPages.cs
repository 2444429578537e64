using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.SecondFactors;
using AuthServer.Users.SecondFactors;
using AuthServer.Users.SignIn;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Accounts.SecondFactors;

/// <summary>GET and POST /signin/second-factor: the code that follows the password, or that an app asks for later.</summary>
public static class SecondStepPages
{
    private const string Path = PagePaths.SecondFactor;

    /// <inheritdoc cref="SignInAgain.StepUp"/>
    internal static readonly KeyValuePair<string, string?> StepUp = SignInAgain.StepUp;

    private static readonly KeyValuePair<string, string?> Recovery = new("with", "recovery-code");

    public static void MapSecondStepPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, ShowAsync);
        routes.MapPost(Path, CheckAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
    }

    internal static bool IsStepUp(HttpRequest request) => request.Query[StepUp.Key] == StepUp.Value;

    private static async Task<IResult> ShowAsync(
        HttpContext http, ClientDirectory clients, SecondStepPeople people, SecondFactorRequirement factors)
    {
        var returnTo = ReturnAddress.ToAuthorization(http.Request.Query["returnUrl"]);
        var stepUp = IsStepUp(http.Request);
        var person = stepUp ? await people.OfSessionAsync(http) : await people.OfFirstStepAsync(http);
        if (person is null) return PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SignIn, returnTo));
        if (person.HasGivenCode) return PageAnswers.SeeOther(http, returnTo?.Address ?? ReturnAddress.Home);
        if (!person.User.TwoFactorEnabled && !await factors.HasPasskeyAsync(person.User.Id, http.RequestAborted))
        {
            return PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SecondFactorSetUp, returnTo, stepUp ? [StepUp] : []));
        }

        var recovery = http.Request.Query[Recovery.Key] == Recovery.Value;
        return PageAnswers.Page<SecondStepPage>(http, await NewModelAsync(http, clients, person, returnTo, recovery));
    }

    private static async Task<IResult> CheckAsync(
        HttpContext http, IAntiforgery antiforgery, ClientDirectory clients, SecondStepPeople people, SecondFactorCheck check,
        KnownDevice known, RememberedDevices devices, RememberedDeviceCookie deviceCookie)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        var returnTo = ReturnAddress.ToAuthorization(form["returnUrl"]);
        // Not the account that the page was made for: too late, done in another tab, or signed in as another person meanwhile.
        if (await people.OfFormAsync(http, form["step"]) is not { } person)
        {
            return PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SignIn, returnTo));
        }

        // Done in another tab.
        if (person.HasGivenCode) return PageAnswers.SeeOther(http, returnTo?.Address ?? ReturnAddress.Home);
        var model = await NewModelAsync(http, clients, person, returnTo, form[Recovery.Key] == Recovery.Value);
        if (!form.IsGenuine) return Again(http, model, SecondStepProblem.FormExpired, StatusCodes.Status400BadRequest);
        if (form["code"].Trim().Length == 0) return Again(http, model, SecondStepProblem.Missing);
        switch (await check.JudgeAsync(person.User, form["code"], Caller.Of(http), known.Read(http, person.User), http.RequestAborted))
        {
            case SecondFactorOutcome.Right when await people.TryFinishAsync(http, person):
                if (form["remember"] == "true") deviceCookie.Write(http, await devices.AddAsync(person.User, Caller.Of(http)));
                return PageAnswers.GoOn(http, people.NextOf(http, person, returnTo));
            case SecondFactorOutcome.Right:
                return PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SignIn, returnTo));
            case SecondFactorOutcome.TooManyTries(var wait):
                return Again(http, model, SecondStepProblem.TooManyTries, StatusCodes.Status429TooManyRequests, wait);
            default:
                return Again(http, model, SecondStepProblem.Wrong);
        }
    }

    private static IResult Again(
        HttpContext http, SecondStepModel model, SecondStepProblem problem, int status = StatusCodes.Status422UnprocessableEntity,
        TimeSpan? wait = null) =>
        PageAnswers.Page<SecondStepPage>(http, model with { Problem = problem, RetryAfter = wait }, status, wait);

    internal static async Task<SecondStepModel> NewModelAsync(
        HttpContext http, ClientDirectory clients, SecondStepPerson person, ReturnAddress? returnTo, bool recovery)
    {
        KeyValuePair<string, string?>[] same = person.Session is null ? [] : [StepUp];
        var services = http.RequestServices;
        var hasApp = person.User.TwoFactorEnabled;
        var takesRecoveryCode = hasApp
            || await services.GetRequiredService<RecoveryCodes>().LeftAsync(person.User.Id, http.RequestAborted) > 0;
        return new()
        {
            Account = PageAnswers.Chip(person.User),
            AppName = returnTo is null ? null : (await returnTo.AppAsync(http, clients))?.Name,
            ReturnUrl = returnTo?.Address,
            Step = person.Id,
            TakesCode = hasApp,
            TakesRecoveryCode = takesRecoveryCode,
            TakesPasskey = await services.GetRequiredService<SecondFactorRequirement>()
                .HasPasskeyAsync(person.User.Id, http.RequestAborted),
            UsesRecoveryCode = recovery && takesRecoveryCode,
            OtherWayUrl = ReturnAddress.With(Path, returnTo, recovery ? same : [.. same, Recovery]),
            OffersMail = await services.GetRequiredService<MailedFactor>()
                .IsOfferedAsync(person.User, person.Given, http.RequestAborted),
            SwitchUrl = OtherAccount.Choose(returnTo),
        };
    }
}
