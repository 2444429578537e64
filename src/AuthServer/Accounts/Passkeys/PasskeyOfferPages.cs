using AuthServer.Audit;
using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.SignIn;
using AuthServer.Users.Passkeys;
using AuthServer.Users.SecondFactors;
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
        HttpContext http, PasskeyRules rules, PasskeyOfferCookie cookie, PersonPasskeys passkeys, FreshProof proof)
    {
        var returnTo = ReturnAddress.ToAuthorization(http.Request.Query["returnUrl"]);
        if (await http.GetBrowserSessionAsync() is not { } session || cookie.IsQuiet(http, session.UserId)
            || !await MayAddAsync(http, session, rules, proof))
        {
            return PageAnswers.SeeOther(http, NextOf(returnTo));
        }

        // One that is copied to all devices of the person is here too, or will be.
        var synced = (await passkeys.ListAsync(session.UserId, http.RequestAborted)).Any(p => p.IsBackupEligible);
        return synced ? PageAnswers.SeeOther(http, NextOf(returnTo)) : Page(http, session, returnTo);
    }

    private static async Task<IResult> AskAsync(
        HttpContext http, IAntiforgery antiforgery, PasskeyRules rules, PersonPasskeys passkeys, FreshProof proof)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        if (!form.IsGenuine || await http.GetBrowserSessionAsync() is not { } session
            || !await MayAddAsync(http, session, rules, proof))
        {
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        }

        return PasskeyAnswers.Question(http, await passkeys.AskAsync(
            http, form.Browser, session.UserId, session.Email, session.Name, IsSilent(form)));
    }

    private static async Task<IResult> AddAsync(
        HttpContext http, IAntiforgery antiforgery, PasskeyRules rules, PersonPasskeys passkeys, PasskeyOfferCookie cookie,
        FreshProof proof, FirstCodes codes)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        var returnTo = ReturnAddress.ToAuthorization(form["returnUrl"]);
        if (!form.IsGenuine || await http.GetBrowserSessionAsync() is not { } session) return PageAnswers.GoOn(http, NextOf(returnTo));
        // Noted when it is answered and not when it is asked: a browser that fetches the page ahead would use the question up.
        if (form["later"] == "true") cookie.Quiet(http, session.UserId, PasskeyOfferCookie.Asked);
        if (form["later"] == "true" || !await MayAddAsync(http, session, rules, proof))
        {
            return PageAnswers.GoOn(http, NextOf(returnTo));
        }

        var silent = IsSilent(form);
        var outcome = await passkeys.AddAsync(
            http, form.Browser, form["state"], form["credential"], session.UserId, session.Id, Caller.Of(http), silent);
        if (outcome == PasskeyAddition.Added) cookie.Quiet(http, session.UserId, PasskeyOfferCookie.HasPasskey);
        else if (silent) cookie.Quiet(http, session.UserId, PasskeyOfferCookie.Asked);
        // Whoever has made it without a page cannot be shown what is shown once; the page about the ways in offers codes.
        if (outcome == PasskeyAddition.Added && !silent
            && await codes.AddAsync(session.UserId, Caller.Of(http), session.Id) is { } first)
        {
            return CodesOnce.Show(http, first, NextOf(returnTo));
        }

        // Only who has pressed the button waits for an answer.
        return outcome == PasskeyAddition.Refused && !silent
            ? Page(http, session, returnTo, refused: true)
            : PageAnswers.GoOn(http, NextOf(returnTo));
    }

    // Beside a passkey or an app only for a person who has just used it.
    private static async Task<bool> MayAddAsync(HttpContext http, BrowserSession session, PasskeyRules rules, FreshProof proof) =>
        rules.ArePossible && !ConfirmFirst.IsNeeded(http, session.EmailConfirmed)
        && await proof.OwedAsync(session, http.RequestAborted) == OwedProof.Nothing;

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
