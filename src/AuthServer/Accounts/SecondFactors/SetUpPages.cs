using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.SecondFactors;
using AuthServer.Users.SecondFactors;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Accounts.SecondFactors;

/// <summary>
/// The set-up of an authenticator app: in the middle of a sign-in that needs one (/signin/second-factor/set-up), and in the account
/// (/account/security/totp).
/// </summary>
public static class SetUpPages
{
    private const string InSignIn = PagePaths.SecondFactorSetUp, InAccount = PagePaths.AuthenticatorApp;
    private const string InPlace = PagePaths.AuthenticatorAppReplacement;

    public static void MapSetUpPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(InSignIn, ShowInSignInAsync);
        routes.MapPost(InSignIn, ConfirmAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
        routes.MapPost(InAccount, ConfirmAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
        routes.MapGet(InPlace, ShowReplacementAsync);
        routes.MapPost(InPlace, ConfirmAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
    }

    private static async Task<IResult> ShowInSignInAsync(
        HttpContext http, ClientDirectory clients, SecondStepPeople people, SetUpModels models, SecondFactorRequirement factors,
        TimeProvider time)
    {
        var returnTo = ReturnAddress.ToAuthorization(http.Request.Query["returnUrl"]);
        var stepUp = SecondStepPages.IsStepUp(http.Request);
        var person = stepUp ? await people.OfSessionAsync(http) : await people.OfFirstStepAsync(http);
        if (person is null) return PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SignIn, returnTo));
        if (person.User.TwoFactorEnabled || await factors.HasPasskeyAsync(person.User.Id, http.RequestAborted))
        {
            return PageAnswers.SeeOther(
                http, ReturnAddress.With(PagePaths.SecondFactor, returnTo, stepUp ? [SecondStepPages.StepUp] : []));
        }

        return SignInFirst(http, person, returnTo, time) ?? ConfirmFirst.IfNeeded(http, person.User.EmailConfirmed, returnTo)
            ?? PageAnswers.Page<SetUpPage>(http, await models.NewAsync(http, clients, person, returnTo, InSignIn));
    }

    // Whoever has a new phone, or has signed in with a recovery code because the old one is lost: a code of the app cannot be asked for.
    private static async Task<IResult> ShowReplacementAsync(
        HttpContext http, ClientDirectory clients, SecondStepPeople people, SetUpModels models)
    {
        var here = ReturnAddress.ToAuthorization(InPlace);
        if (await people.OfSessionAsync(http) is not { } person)
        {
            return PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SignIn, here));
        }

        if (!person.User.TwoFactorEnabled) return PageAnswers.SeeOther(http, InAccount);
        return await SignInAgain.IfWeakAsync(http, person.Session!, here)
            ?? PageAnswers.Page<SetUpPage>(http, await models.NewAsync(http, clients, person, null, InPlace));
    }

    /// <summary>A new way in needs a recent sign-in.</summary>
    /// <returns>Null when the person has signed in lately.</returns>
    internal static IResult? SignInFirst(HttpContext http, SecondStepPerson person, ReturnAddress? returnTo, TimeProvider time) =>
        person.Session is { } session ? SignInAgain.IfNeeded(http, session, time, returnTo) : null;

    // A key that opens proves that the sign-in was recent when its page was made.
    private static async Task<IResult> ConfirmAsync(
        HttpContext http, IAntiforgery antiforgery, ClientDirectory clients, SecondStepPeople people, EnrolmentKeys keys,
        SecondFactorChanges changes, SetUpModels models, SecondFactorRequirement factors,
        TimeProvider time)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        var returnTo = ReturnAddress.ToAuthorization(form["returnUrl"]);
        var path = http.Request.Path.Value switch { InAccount => InAccount, InPlace => InPlace, _ => InSignIn };
        if (await people.OfFormAsync(http, form["step"]) is not { } person)
        {
            return PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SignIn, returnTo));
        }

        var back = path == InSignIn ? returnTo : ReturnAddress.ToAuthorization(path);
        // Whoever knows the password alone must not set an app up in the place of the passkey, or of the app, that is there.
        if (!person.HasGivenCode && (path == InPlace || await factors.HasPasskeyAsync(person.User.Id, http.RequestAborted)))
        {
            return PageAnswers.SeeOther(
                http, ReturnAddress.With(PagePaths.SecondFactor, back, person.Session is null ? [] : [SecondStepPages.StepUp]));
        }

        if (!form.IsGenuine || keys.Open(person.User.Id, form["key"]) is not { } secret)
        {
            if (SignInFirst(http, person, back, time) is { } signIn) return signIn;
            var fresh = await models.NewAsync(http, clients, person, returnTo, path);
            return Again(http, fresh, SecondStepProblem.FormExpired, StatusCodes.Status400BadRequest);
        }

        var model = await models.OfAsync(http, clients, person, returnTo, path, secret, form["key"]);
        if (form["code"].Trim().Length == 0) return Again(http, model, SecondStepProblem.Missing);
        switch (await changes.EnrolAsync(person.User, secret, form["code"], Caller.Of(http), person.Session?.Id, path == InPlace))
        {
            case EnrolmentOutcome.Enrolled(var codes):
                var signedIn = await people.TryFinishAsync(http, person);
                return CodesOnce.Show(
                    http, codes, !signedIn ? ReturnAddress.With(PagePaths.SignIn, returnTo)
                        : path == InSignIn ? returnTo?.Address ?? ReturnAddress.Home : InAccount);
            case EnrolmentOutcome.Unconfirmed:
                return PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.ConfirmEmail, returnTo));
            case EnrolmentOutcome.WrongCode:
                return Again(http, model, SecondStepProblem.Wrong);
            default:
                return PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SignIn, returnTo));
        }
    }

    private static IResult Again(
        HttpContext http, SetUpModel model, SecondStepProblem problem, int status = StatusCodes.Status422UnprocessableEntity) =>
        PageAnswers.Page<SetUpPage>(http, model with { Problem = problem }, status);
}
