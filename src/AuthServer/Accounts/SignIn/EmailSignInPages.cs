using AuthServer.Accounts.Recovery;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Data.Entities;
using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.Recovery;
using AuthServer.Ui.Accounts.SignIn;
using AuthServer.Users.ByMail;
using AuthServer.Users.EmailAddresses;
using AuthServer.Users.Proofs;
using AuthServer.Users.SecondFactors;
using AuthServer.Users.SignIn;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Accounts.SignIn;

/// <summary>
/// POST /signin/email: sends a mail with a code and a link. POST /signin/email/code: the code, in the tab that asked. The link is that of
/// <see cref="EmailLinkSignInPages"/>.
/// </summary>
internal static class EmailSignInPages
{
    public static void MapEmailSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(PagePaths.SignInByEmail, AskAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
        routes.MapPost(PagePaths.SignInCode, TakeCodeAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
        routes.MapEmailLinkSignIn();
    }

    private static async Task<IResult> AskAsync(
        HttpContext http, IAntiforgery antiforgery, ClientDirectory clients, EmailSignIn signIn, KnownDevice known,
        EmailSignInTickets tickets, EmailSignInCookie cookie)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        var returnTo = ReturnAddress.ToAuthorization(form["returnUrl"]);
        var (email, keep) = (form["email"].Trim(), form["keep"] == "true");
        var model = await SignInPages.NewModelAsync(http, clients, returnTo) with
        {
            Email = email.Length == 0 ? null : email,
            KeepSignedIn = keep,
        };
        if (!form.IsGenuine) return await SignInPages.StaleAsync(http, form, model, returnTo);
        if (email.Length == 0) return Again(SignInProblem.EmailMissing, StatusCodes.Status422UnprocessableEntity);
        if (!EmailAddress.IsValid(email)) return Again(SignInProblem.EmailInvalid, StatusCodes.Status422UnprocessableEntity);
        switch (await signIn.AskAsync(email, Caller.Of(http), known.Read(http, email), app: null, http.RequestAborted))
        {
            case MailAsk.Accepted(var proof):
                var browser = EmailSignInTickets.BrowserOf(form.Browser);
                var asked = new PageSignIn(proof.Id, email, browser, keep, returnTo?.Address);
                cookie.Write(http, asked);
                return PageAnswers.Page<MailedCodePage>(http, NewModel(tickets, asked, returnTo));
            case MailAsk.TooMany(var wait):
                return Again(SignInProblem.TooManyMails, StatusCodes.Status429TooManyRequests, wait);
            case var other:
                throw new InvalidOperationException($"Unknown result {other}");
        }

        IResult Again(SignInProblem problem, int status, TimeSpan? wait = null) =>
            PageAnswers.Page<SignInPage>(http, model with { Problem = problem, RetryAfter = wait }, status, wait);
    }

    private static async Task<IResult> TakeCodeAsync(
        HttpContext http, IAntiforgery antiforgery, EmailSignIn signIn, KnownDevice known, EmailSignInTickets tickets,
        EmailSignInCookie cookie, EmailSignInEnd end)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        var returnTo = ReturnAddress.ToAuthorization(form["returnUrl"]);
        // Of another browser, or not sealed here: it belongs to no mail that was asked for here.
        if (tickets.OpenOfTab(form["request"]) is not { } asked
            || (form.HasCookie && asked.Browser != EmailSignInTickets.BrowserOf(form.Browser)))
        {
            return LinkEnded.Answer(http, PagePaths.SignIn, returnTo);
        }

        if (!form.IsGenuine)
        {
            return Again(form.HasCookie ? MailedCodeProblem.FormExpired : MailedCodeProblem.NoCookies, StatusCodes.Status400BadRequest);
        }

        switch (await signIn.TryCodeAsync(
            asked.Proof, form["code"], Caller.Of(http), known.Read(http, asked.Email), http.RequestAborted))
        {
            case CodeCheck.Right(var proof):
                cookie.Delete(http);
                return await end.GoOnAsync(http, proof, asked.Keep, returnTo);
            case CodeCheck.Wrong:
                return Again(MailedCodeProblem.Wrong, StatusCodes.Status422UnprocessableEntity);
            case CodeCheck.TooManyTries(var wait):
                return Again(MailedCodeProblem.TooManyTries, StatusCodes.Status429TooManyRequests, wait);
            default:
                return Again(MailedCodeProblem.Ended, StatusCodes.Status422UnprocessableEntity);
        }

        IResult Again(MailedCodeProblem problem, int status, TimeSpan? wait = null) => PageAnswers.Page<MailedCodePage>(
            http, NewModel(tickets, asked, returnTo) with { Problem = problem, RetryAfter = wait }, status, wait);
    }

    private static MailedCodeModel NewModel(EmailSignInTickets tickets, PageSignIn asked, ReturnAddress? returnTo) => new()
    {
        Use = MailedCodeUse.SignIn,
        Email = asked.Email,
        // The form has the address to return to.
        Request = tickets.SealForTab(asked with { ReturnUrl = null }),
        ReturnUrl = returnTo?.Address,
        AgainUrl = ReturnAddress.With(PagePaths.SignIn, returnTo),
        AgainFields = new Dictionary<string, string> { ["email"] = asked.Email, ["keep"] = asked.Keep ? "true" : "" },
    };
}

/// <summary>The end of a sign-in by mail, by code or by link.</summary>
internal sealed class EmailSignInEnd(EmailSignIn signIn, BrowserSignIn browserSignIn)
{
    public async Task<IResult> GoOnAsync(HttpContext http, AccountProof proof, bool keep, ReturnAddress? returnTo)
    {
        var session = await http.GetBrowserSessionAsync();
        return await signIn.CompleteAsync(proof, Caller.Of(http), session?.UserId) switch
        {
            EmailSignInResult.SignedIn(var user, var lost) => await browserSignIn.GoOnAsync(
                http, user, keep, returnTo, lost ? ReturnAddress.With(PagePaths.SignInProven, returnTo) : null,
                FirstFactor.MailedCode),
            EmailSignInResult.ToBeDeleted(var user, var at) => await KeepAccountPages.OfferAsync(http, user, at, returnTo),
            _ => LinkEnded.Answer(http, PagePaths.SignIn, returnTo),
        };
    }
}
