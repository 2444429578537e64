using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.Recovery;
using AuthServer.Ui.Accounts.SecondFactors;
using AuthServer.Users.Proofs;
using AuthServer.Users.SecondFactors;
using AuthServer.Users.SignIn;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Accounts.SecondFactors;

/// <summary>
/// POST /signin/second-factor/email: mails a code in the place of the one of the app. POST /signin/second-factor/email/code: takes it, in
/// the same sign-in.
/// </summary>
internal static class MailedFactorPages
{
    // RFC 8176: a one-time password over another channel than the page (mca), which tells it from the code of an authenticator app.
    private static readonly string[] MailedCode =
        [AuthenticationMethods.OneTimeCode, AuthenticationMethods.SeveralChannels, AuthenticationMethods.SeveralFactors];

    public static void MapMailedFactor(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(PagePaths.SecondFactorMail, AskAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
        routes.MapPost(PagePaths.SecondFactorMailCode, TakeAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
    }

    private static async Task<IResult> AskAsync(
        HttpContext http, IAntiforgery antiforgery, ClientDirectory clients, SecondStepPeople people, MailedFactor factor,
        MailedFactorTickets tickets, KnownDevice known)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        var returnTo = ReturnAddress.ToAuthorization(form["returnUrl"]);
        if (await FindAsync(http, people, factor, form["step"]) is not { } person)
        {
            return PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SignIn, returnTo));
        }

        if (!form.IsGenuine) return await AgainAsync(SecondStepProblem.FormExpired, StatusCodes.Status400BadRequest);
        switch (await factor.AskAsync(person.User, person.Step, Caller.Of(http), known.Read(http, person.User), app: null))
        {
            case MailAsk.Accepted(var proof):
                var asked = new AskedFactor(proof.Id, proof.Email, person.Id);
                return PageAnswers.Page<MailedCodePage>(http, NewModel(tickets, asked, person, returnTo));
            case MailAsk.TooMany(var wait):
                return await AgainAsync(SecondStepProblem.TooManyMails, StatusCodes.Status429TooManyRequests, wait);
            case var other:
                throw new InvalidOperationException($"Unknown result {other}");
        }

        async Task<IResult> AgainAsync(SecondStepProblem problem, int status, TimeSpan? wait = null)
        {
            var model = await SecondStepPages.NewModelAsync(http, clients, person, returnTo, recovery: false);
            return PageAnswers.Page<SecondStepPage>(http, model with { Problem = problem, RetryAfter = wait }, status, wait);
        }
    }

    private static async Task<IResult> TakeAsync(
        HttpContext http, IAntiforgery antiforgery, SecondStepPeople people, MailedFactor factor, MailedFactorTickets tickets,
        SecondFactorCheck check, KnownDevice known)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        var returnTo = ReturnAddress.ToAuthorization(form["returnUrl"]);
        // Of another sign-in, or of another person by now.
        if (tickets.Open(form["request"], ofApp: false) is not { } asked
            || await FindAsync(http, people, factor, asked.Step) is not { } person)
        {
            return PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SignIn, returnTo));
        }

        if (!form.IsGenuine)
        {
            return Again(form.HasCookie ? MailedCodeProblem.FormExpired : MailedCodeProblem.NoCookies, StatusCodes.Status400BadRequest);
        }

        var device = known.Read(http, person.User);
        switch (await check.JudgeMailAsync(person.User, asked.Proof, form["code"], Caller.Of(http), device, http.RequestAborted))
        {
            case SecondFactorOutcome.Right:
                return await people.TryFinishAsync(http, person, MailedCode)
                    // No passkey is offered: one mail would become a way in for good.
                    ? PageAnswers.GoOn(http, returnTo?.Address ?? ReturnAddress.Home)
                    : PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SignIn, returnTo));
            case SecondFactorOutcome.TooManyTries(var wait):
                return Again(MailedCodeProblem.TooManyTries, StatusCodes.Status429TooManyRequests, wait);
            case SecondFactorOutcome.Ended:
                return Again(MailedCodeProblem.Ended, StatusCodes.Status422UnprocessableEntity);
            default:
                return Again(MailedCodeProblem.Wrong, StatusCodes.Status422UnprocessableEntity);
        }

        IResult Again(MailedCodeProblem problem, int status, TimeSpan? wait = null) => PageAnswers.Page<MailedCodePage>(
            http, NewModel(tickets, asked, person, returnTo) with { Problem = problem, RetryAfter = wait }, status, wait);
    }

    /// <summary>The person of the form, as long as a mail may be their second factor.</summary>
    private static async Task<SecondStepPerson?> FindAsync(HttpContext http, SecondStepPeople people, MailedFactor factor, string step) =>
        await people.OfFormAsync(http, step) is { HasGivenCode: false } person
        && await factor.IsOfferedAsync(person.User, person.Given, http.RequestAborted)
            ? person
            : null;

    private static MailedCodeModel NewModel(
        MailedFactorTickets tickets, AskedFactor asked, SecondStepPerson person, ReturnAddress? returnTo) => new()
    {
        Use = MailedCodeUse.SecondFactor,
        Email = asked.Email,
        Request = tickets.Seal(asked, ofApp: false),
        ReturnUrl = returnTo?.Address,
        AgainUrl = ReturnAddress.With(PagePaths.SecondFactor, returnTo, person.Session is null ? [] : [SecondStepPages.StepUp]),
        AgainFields = new Dictionary<string, string> { ["step"] = person.Id },
    };
}
