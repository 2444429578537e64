using AuthServer.Accounts.Recovery;
using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.Recovery;
using AuthServer.Ui.Accounts.Registration;
using AuthServer.Users.Passwords;
using AuthServer.Users.Proofs;
using AuthServer.Users.Registration;
using AuthServer.Users.SecondFactors;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Shown = AuthServer.Ui.Accounts.Registration.CreateAccountProblem;

namespace AuthServer.Accounts.Registration;

/// <summary>
/// POST /signup/code: the code of the mail makes the account and signs its person in. GET and POST /signup/confirm: so does its link, with
/// a password that is chosen there.
/// </summary>
public static class ConfirmAccountPages
{
    public static void MapConfirmAccountPages(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(PagePaths.CreateAccountCode, TakeCodeAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
        routes.MapGet(PagePaths.ConfirmAccount, ShowAsync);
        routes.MapPost(PagePaths.ConfirmAccount, ConfirmAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
    }

    /// <summary>The page that wants the code; it is the same where the address has an account.</summary>
    internal static IResult Ask(HttpContext http, AskedProof asked, ReturnAddress? returnTo) =>
        MailedCode.Page(http, MailedCodeUse.Registration, asked, returnTo);

    private static async Task<IResult> TakeCodeAsync(
        HttpContext http, IAntiforgery antiforgery, MailedCode code, PendingAccounts pending, BrowserSignIn signIn)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        var (proof, again) = await code.TakeAsync(http, form, MailedCodeUse.Registration, ProofPurpose.Registration);
        if (again is not null) return again;
        var returnTo = ReturnAddress.ToAuthorization(form["returnUrl"]);
        return pending.NeedsPasskey(proof!)
            ? PasskeyAccountPages.AskAfterCode(http, proof!, returnTo)
            : await CompleteAsync(http, pending, signIn, proof!, returnTo);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, PendingAccounts pending, PasswordPolicy policy)
    {
        string? token = http.Request.Query["token"];
        return await pending.FindAsync(token, http.RequestAborted) is { } proof
            ? PageAnswers.Page<ConfirmAccountPage>(http, NewModel(policy, proof, token!))
            : LinkEnded.Answer(http, PagePaths.CreateAccount, returnTo: null);
    }

    private static async Task<IResult> ConfirmAsync(
        HttpContext http, IAntiforgery antiforgery, PendingAccounts pending, PasswordPolicy policy, BrowserSignIn signIn)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        if (await pending.FindAsync(form["token"], http.RequestAborted) is not { } proof)
        {
            return LinkEnded.Answer(http, PagePaths.CreateAccount, returnTo: null);
        }

        if (!form.IsGenuine) return Again(StatusCodes.Status400BadRequest, [form.HasCookie ? Shown.FormExpired : Shown.NoCookies]);
        return await pending.CompleteAsync(proof, form["password"], Caller.Of(http), http.RequestAborted) switch
        {
            RegistrationResult.Created(var user) => await signIn.GoOnAsync(http, user, keep: false, returnTo: null),
            RegistrationResult.Busy(var wait) => Again(StatusCodes.Status503ServiceUnavailable, [Shown.Busy], wait),
            RegistrationResult.Refused(_, var problems) =>
                Again(StatusCodes.Status422UnprocessableEntity, [.. problems.Select(PasswordProblems.Of).Distinct()]),
            _ => LinkEnded.Answer(http, PagePaths.CreateAccount, returnTo: null),
        };

        IResult Again(int status, Shown[] problems, TimeSpan? wait = null) => PageAnswers.Page<ConfirmAccountPage>(
            http, NewModel(policy, proof, form["token"]) with { Problems = problems, RetryAfter = wait }, status, wait);
    }

    private static ConfirmAccountModel NewModel(PasswordPolicy policy, AccountProof proof, string token) => new()
    {
        Email = proof.Email,
        Token = token,
        PasswordRules = new(PasswordPolicy.MinimumLength, policy.Complexity),
    };

    private static async Task<IResult> CompleteAsync(
        HttpContext http, PendingAccounts pending, BrowserSignIn signIn, AccountProof proof, ReturnAddress? returnTo)
    {
        // Taken: another registration of the address was faster. Its person has proven the mailbox and may know.
        if (await pending.CompleteAsync(proof, Caller.Of(http)) is not RegistrationResult.Created(var user))
        {
            return LinkEnded.Answer(http, PagePaths.CreateAccount, returnTo);
        }

        var how = user.PasswordHash == User.NoPassword ? FirstFactor.MailedCode : FirstFactor.Password;
        return await signIn.GoOnAsync(http, user, keep: false, returnTo, how: how);
    }
}
