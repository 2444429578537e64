using AuthServer.Accounts.SignIn;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.SignIn;
using AuthServer.Users.Passkeys;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Accounts.Passkeys;

/// <summary>POST /signin/passkey/question and /signin/passkey: a challenge for the script of the sign-in page, and its answer.</summary>
internal static class PasskeySignInPages
{
    public static void MapPasskeySignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(PagePaths.SignInQuestion, AskAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
        routes.MapPost(PagePaths.SignInByPasskey, SignInAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
    }

    private static async Task<IResult> AskAsync(HttpContext http, IAntiforgery antiforgery, PasskeyRules rules, PasskeySignIn signIn)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        return form.IsGenuine && rules.ArePossible
            ? PasskeyAnswers.Question(http, await signIn.AskAsync(http, form.Browser))
            : Results.StatusCode(StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> SignInAsync(
        HttpContext http, IAntiforgery antiforgery, ClientDirectory clients, PasskeySignIn signIn, BrowserSignIn browserSignIn,
        PasskeyOfferCookie offers, PasskeyRules rules)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        var returnTo = ReturnAddress.ToAuthorization(form["returnUrl"]);
        var keep = form["keep"] == "true";
        var model = await SignInPages.NewModelAsync(http, clients, returnTo) with { KeepSignedIn = keep };
        if (!form.IsGenuine) return await SignInPages.StaleAsync(http, form, model, returnTo);
        if (await signIn.SignInAsync(http, form.Browser, form["state"], form["credential"], Caller.Of(http)) is not { } proof)
        {
            var unknown = await signIn.UnknownAsync(form["credential"], http.RequestAborted);
            return PageAnswers.Page<SignInPage>(
                http, model with
                {
                    Problem = SignInProblem.PasskeyRefused,
                    UnknownPasskey = unknown is null ? null : new(rules.Domain, unknown),
                }, StatusCodes.Status422UnprocessableEntity);
        }

        if (proof.User.DeleteAfter is { } at) return await KeepAccountPages.OfferAsync(http, proof.User, at, returnTo, complete: true);
        if (PasskeyAnswers.IsOfThisDevice(form)) offers.Quiet(http, proof.User.Id, PasskeyOfferCookie.HasPasskey);
        await browserSignIn.OpenAsync(http, proof.User, proof.Amr, AuthenticationContext.SecondFactor, keep);
        return PageAnswers.GoOn(http, returnTo?.Address ?? ReturnAddress.Home);
    }
}
