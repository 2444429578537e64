using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.Email;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.Recovery;
using AuthServer.Users.EmailAddresses;
using AuthServer.Users.Proofs;
using AuthServer.Users.Recovery;
using AuthServer.Users.SignIn;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Shown = AuthServer.Ui.Accounts.Recovery.ForgottenPasswordProblem;

namespace AuthServer.Accounts.Recovery;

/// <summary>
/// GET and POST /password/forgotten: sends the mail with which a person chooses a new password. POST /password/code: takes its code.
/// </summary>
public static class ForgottenPasswordPages
{
    public static void MapForgottenPasswordPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(PagePaths.ForgottenPassword, Show);
        routes.MapPost(PagePaths.ForgottenPassword, SendAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
        routes.MapPost(PagePaths.PasswordCode, TakeCodeAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
    }

    /// <summary>The address of the page; null where no mail leaves this server, or nobody signs in with a password.</summary>
    public static string? UrlFor(HttpContext http, ReturnAddress? returnTo) =>
        http.RequestServices.GetRequiredService<MailSetup>().IsOn
        && http.RequestServices.GetRequiredService<SignInMethodOptions>().Password
            ? ReturnAddress.With(PagePaths.ForgottenPassword, returnTo)
            : null;

    private static IResult Show(HttpContext http, MailSetup mail)
    {
        if (!mail.IsOn) return Results.NotFound();
        var returnTo = ReturnAddress.ToAuthorization(http.Request.Query["returnUrl"]);
        var hint = returnTo?.LoginHint(http);
        return PageAnswers.Page<ForgottenPasswordPage>(http, NewModel(returnTo, EmailAddress.IsValid(hint) ? hint : null));
    }

    private static async Task<IResult> SendAsync(
        HttpContext http, IAntiforgery antiforgery, MailSetup mail, PasswordReset reset, KnownDevice known, ResetReturnCookie cookie)
    {
        if (!mail.IsOn) return Results.NotFound();
        var form = await PostedForm.ReadAsync(http, antiforgery);
        var returnTo = ReturnAddress.ToAuthorization(form["returnUrl"]);
        var email = form["email"].Trim();
        if (!form.IsGenuine) return Again(form.HasCookie ? Shown.FormExpired : Shown.NoCookies, StatusCodes.Status400BadRequest);
        if (email.Length == 0) return Again(Shown.EmailMissing, StatusCodes.Status422UnprocessableEntity);
        if (!EmailAddress.IsValid(email)) return Again(Shown.EmailInvalid, StatusCodes.Status422UnprocessableEntity);
        return await reset.AskAsync(email, Caller.Of(http), http.RequestAborted, known.Read(http, email)) switch
        {
            MailAsk.Accepted(var asked) => Sent(asked),
            MailAsk.TooMany(var wait) => Again(Shown.TooManyMails, StatusCodes.Status429TooManyRequests, wait),
            var other => throw new InvalidOperationException($"Unknown result {other}"),
        };

        IResult Sent(AskedProof asked)
        {
            cookie.Write(http, asked.Id, returnTo);
            return MailedCode.Page(http, MailedCodeUse.PasswordReset, asked, returnTo);
        }

        IResult Again(Shown problem, int status, TimeSpan? wait = null) => PageAnswers.Page<ForgottenPasswordPage>(
            http, NewModel(returnTo, email) with { Problem = problem, RetryAfter = wait }, status, wait);
    }

    private static async Task<IResult> TakeCodeAsync(
        HttpContext http, IAntiforgery antiforgery, MailedCode code)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        var (proof, again) = await code.TakeAsync(http, form, MailedCodeUse.PasswordReset, ProofPurpose.PasswordReset);
        return again ?? await NewPasswordPages.AskAsync(http, ReturnAddress.ToAuthorization(form["returnUrl"]), proof!);
    }

    private static ForgottenPasswordModel NewModel(ReturnAddress? returnTo, string? email) => new()
    {
        Email = email,
        ReturnUrl = returnTo?.Address,
        SignInUrl = ReturnAddress.With(PagePaths.SignIn, returnTo),
    };
}
