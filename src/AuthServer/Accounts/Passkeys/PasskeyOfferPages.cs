using AuthServer.Audit;
using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.SignIn;
using AuthServer.Users.Passkeys;
using AuthServer.Users.SignIn;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Accounts.Passkeys;

/// <summary>
/// GET and POST /signin/passkey/offer: a passkey for a person who has just signed in. Whatever happens, they go on to the app.
/// </summary>
internal static class PasskeyOfferPages
{
    public static void MapPasskeyOffer(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(PagePaths.PasskeyOffer, ShowAsync);
        routes.MapPost(PagePaths.PasskeyOfferQuestion, AskAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
        routes.MapPost(PagePaths.PasskeyOffer, AddAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
    }

    private static async Task<IResult> ShowAsync(
        HttpContext http, PasskeyRules rules, PasskeyOfferCookie cookie, PersonPasskeys passkeys, TimeProvider time)
    {
        var returnTo = ReturnAddress.ToAuthorization(http.Request.Query["returnUrl"]);
        if (await http.GetBrowserSessionAsync() is not { } session || !rules.ArePossible || !RecentSignIn.Is(session.AuthTime, time)
            || ConfirmFirst.IsNeeded(http, session.EmailConfirmed) || cookie.IsQuiet(http, session.UserId))
        {
            return PageAnswers.SeeOther(http, NextOf(returnTo));
        }

        // Noted when it is asked and not when it is answered, so that nobody is asked twice, however they leave the page.
        cookie.Quiet(http, session.UserId, PasskeyOfferCookie.Asked);
        // One that is copied to all devices of the person is here too, or will be.
        var synced = (await passkeys.ListAsync(session.UserId, http.RequestAborted)).Any(p => p.IsBackupEligible);
        return synced ? PageAnswers.SeeOther(http, NextOf(returnTo)) : Page(http, session, returnTo);
    }

    private static async Task<IResult> AskAsync(
        HttpContext http, IAntiforgery antiforgery, PasskeyRules rules, PersonPasskeys passkeys, TimeProvider time)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        if (!form.IsGenuine || await http.GetBrowserSessionAsync() is not { } session || !rules.ArePossible
            || !RecentSignIn.Is(session.AuthTime, time) || ConfirmFirst.IsNeeded(http, session.EmailConfirmed))
        {
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        }

        return PasskeyAnswers.Question(http, await passkeys.AskAsync(
            http, form.Browser, session.UserId, session.Email, session.Name, IsSilent(form)));
    }

    private static async Task<IResult> AddAsync(
        HttpContext http, IAntiforgery antiforgery, PersonPasskeys passkeys, PasskeyOfferCookie cookie, TimeProvider time)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        var returnTo = ReturnAddress.ToAuthorization(form["returnUrl"]);
        if (!form.IsGenuine || await http.GetBrowserSessionAsync() is not { } session || !RecentSignIn.Is(session.AuthTime, time))
        {
            return PageAnswers.GoOn(http, NextOf(returnTo));
        }

        var silent = IsSilent(form);
        var outcome = await passkeys.AddAsync(
            http, form.Browser, form["state"], form["credential"], session.UserId, session.Id, Caller.Of(http), silent);
        if (outcome == PasskeyAddition.Added) cookie.Quiet(http, session.UserId, PasskeyOfferCookie.HasPasskey);
        // Only who has pressed the button waits for an answer.
        return outcome == PasskeyAddition.Refused && !silent
            ? Page(http, session, returnTo, refused: true)
            : PageAnswers.GoOn(http, NextOf(returnTo));
    }

    private static bool IsSilent(PostedForm form) => form["mediation"] == "conditional";

    private static string NextOf(ReturnAddress? returnTo) => returnTo?.Address ?? ReturnAddress.Home;

    private static IResult Page(HttpContext http, BrowserSession session, ReturnAddress? returnTo, bool refused = false) =>
        PageAnswers.Page<PasskeyOfferPage>(
            http,
            new PasskeyOfferModel
            {
                Account = PageAnswers.Chip(session)!, ContinueUrl = NextOf(returnTo), ReturnUrl = returnTo?.Address, Refused = refused,
            },
            refused ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
}
