using AuthServer.Accounts.Passkeys;
using AuthServer.Accounts.Recovery;
using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.Registration;
using AuthServer.Users.Passkeys;
using AuthServer.Users.Proofs;
using AuthServer.Users.Registration;
using AuthServer.Users.SecondFactors;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Accounts.Registration;

/// <summary>
/// POST /signup/passkey: makes an account that begins with a passkey, once its address is proven; /signup/passkey/question: the challenge.
/// </summary>
internal static class PasskeyAccountPages
{
    public static void MapPasskeyAccountPages(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(PagePaths.CreateAccountQuestion, QuestionAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
        routes.MapPost(PagePaths.CreateAccountPasskey, CreateAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
    }

    /// <summary>The page after the right code.</summary>
    public static IResult AskAfterCode(HttpContext http, AccountProof proof, ReturnAddress? returnTo)
    {
        var passed = http.RequestServices.GetRequiredService<ProofTickets>().SealPassed(proof.Id);
        return Page(http, NewModel(proof, returnTo) with { Passed = passed });
    }

    private static async Task<IResult> QuestionAsync(
        HttpContext http, IAntiforgery antiforgery, ProofTickets tickets, PendingAccounts pending, PersonPasskeys passkeys)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        if (!form.IsGenuine || !pending.MayBeginWithPasskey || await FindAsync(http, form, tickets, pending) is not { } proof)
        {
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        }

        var name = BrowserSession.NameOf(proof.FirstName, proof.LastName);
        // The account will have the ID of its proof, so the challenge of one proof is none of another.
        return PasskeyAnswers.Question(http, await passkeys.AskAsync(http, form.Browser, proof.Id, proof.Email, name));
    }

    private static async Task<IResult> CreateAsync(
        HttpContext http, IAntiforgery antiforgery, ProofTickets tickets, PendingAccounts pending, PersonPasskeys passkeys,
        PasskeyOfferCookie offers, BrowserSignIn signIn, FirstCodes codes)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        var returnTo = ReturnAddress.ToAuthorization(form["returnUrl"]);
        if (!pending.MayBeginWithPasskey || await FindAsync(http, form, tickets, pending) is not { } proof) return Ended(http, returnTo);
        if (!form.IsGenuine)
        {
            return Again(
                form.HasCookie ? NewAccountPasskeyProblem.FormExpired : NewAccountPasskeyProblem.NoCookies,
                StatusCodes.Status400BadRequest);
        }

        var passkey = await passkeys.JudgeAsync(http, form.Browser, form["state"], form["credential"], proof.Id);
        if (passkey is null) return Again(NewAccountPasskeyProblem.Refused, StatusCodes.Status422UnprocessableEntity);
        // Taken: another registration of the address was faster. Its person has proven the mailbox and may know.
        if (await pending.CompleteAsync(proof, Caller.Of(http), passkey) is not RegistrationResult.Created(var user))
        {
            return Ended(http, returnTo);
        }

        if (PasskeyAnswers.IsOfThisDevice(form)) offers.Quiet(http, user.Id, PasskeyOfferCookie.HasPasskey);
        await signIn.OpenAsync(
            http, user, PasskeyRules.MethodsOf(passkey.IsBackupEligible), AuthenticationContext.SecondFactor, keep: false);
        var next = returnTo?.Address ?? ReturnAddress.Home;
        return await codes.AddAsync(user.Id, Caller.Of(http), session: null) is { } first
            ? CodesOnce.Show(http, first, next)
            : PageAnswers.GoOn(http, next);

        IResult Again(NewAccountPasskeyProblem problem, int status) => Page(
            http, NewModel(proof, returnTo) with
            {
                Passed = form["passed"],
                Problem = problem,
            }, status);
    }

    private static async Task<AccountProof?> FindAsync(
        HttpContext http, PostedForm form, ProofTickets tickets, PendingAccounts pending)
    {
        // By its code alone: a link works in any browser, and would sign its reader in to the account of whoever sent it.
        if (tickets.OpenPassed(form["passed"]) is not { } id) return null;
        return await pending.FindAsync(id, http.RequestAborted) is { } proof && pending.NeedsPasskey(proof) ? proof : null;
    }

    private static IResult Ended(HttpContext http, ReturnAddress? returnTo) =>
        LinkEnded.Answer(http, PagePaths.CreateAccount, returnTo);

    private static NewAccountPasskeyModel NewModel(AccountProof proof, ReturnAddress? returnTo) => new()
    {
        Email = proof.Email,
        ReturnUrl = returnTo?.Address,
        PasswordUrl = ReturnAddress.With(PagePaths.CreateAccount, returnTo),
    };

    private static IResult Page(HttpContext http, NewAccountPasskeyModel model, int status = StatusCodes.Status200OK) =>
        PageAnswers.Page<NewAccountPasskeyPage>(http, model, status);
}
