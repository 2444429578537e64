using AuthServer.Accounts.Recovery;
using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.Mailboxes;
using AuthServer.Ui.Accounts.Recovery;
using AuthServer.Users.Mailboxes;
using AuthServer.Users.Proofs;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Accounts.Mailboxes;

/// <summary>
/// GET and POST /email/confirm: sends the mail that confirms the address of the account that is signed in. POST /email/code: takes its
/// code, or that of a new address.
/// </summary>
public static class ConfirmEmailPages
{
    public static void MapConfirmEmailPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(PagePaths.ConfirmEmail, ShowAsync);
        routes.MapPost(PagePaths.ConfirmEmail, SendAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
        routes.MapPost(PagePaths.EmailCode, TakeCodeAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
    }

    private static async Task<IResult> ShowAsync(HttpContext http, ConfirmationRules rules, ProofTickets tickets)
    {
        if (!rules.AreProven)
        {
            // Where the code of another address, which is proven all the same, has ended.
            return rules.ChangesAreProven ? PageAnswers.SeeOther(http, PagePaths.AccountEmail) : Results.NotFound();
        }

        var returnTo = ReturnAddress.ToAuthorization(http.Request.Query["returnUrl"]);
        if (await Confirmer.FindAsync(http) is not { } person) return ToSignIn(http, returnTo);
        if (person.EmailConfirmed) return PageAnswers.SeeOther(http, person.Next(returnTo) ?? ReturnAddress.Home);
        var model = NewModel(rules, person, returnTo);
        // A mail was sent already, at the end of the registration.
        return tickets.Open(http.Request.Query["request"], ProofPurpose.EmailConfirmation) is { } asked
            ? MailedCode.Page(http, MailedCodeUse.Email, asked, returnTo, model.SkipUrl)
            : PageAnswers.Page<ConfirmEmailPage>(http, model);
    }

    private static async Task<IResult> SendAsync(
        HttpContext http, IAntiforgery antiforgery, ConfirmationRules rules, EmailConfirmation confirmation, AuthDbContext db)
    {
        if (!rules.AreProven) return Results.NotFound();
        var form = await PostedForm.ReadAsync(http, antiforgery);
        var returnTo = ReturnAddress.ToAuthorization(form["returnUrl"]);
        if (await Confirmer.FindAsync(http) is not { } person) return ToSignIn(http, returnTo);
        var model = NewModel(rules, person, returnTo);
        if (!form.IsGenuine)
        {
            return PageAnswers.Page<ConfirmEmailPage>(
                http, model with { Problem = ConfirmEmailProblem.FormExpired }, StatusCodes.Status400BadRequest);
        }

        var user = await db.Users.AsNoTracking().FirstAsync(u => u.Id == person.UserId, http.RequestAborted);
        return await confirmation.AskAsync(user, Caller.Of(http)) switch
        {
            MailAsk.Accepted(var asked) => MailedCode.Page(http, MailedCodeUse.Email, asked, returnTo, model.SkipUrl),
            MailAsk.TooMany(var wait) => PageAnswers.Page<ConfirmEmailPage>(
                http, model with { Problem = ConfirmEmailProblem.TooManyMails, RetryAfter = wait }, StatusCodes.Status429TooManyRequests,
                wait),
            var other => throw new InvalidOperationException($"Unknown result {other}"),
        };
    }

    private static async Task<IResult> TakeCodeAsync(HttpContext http, IAntiforgery antiforgery, MailedCode code, EmailProofs proofs)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        var returnTo = ReturnAddress.ToAuthorization(form["returnUrl"]);
        if (await Confirmer.FindAsync(http) is not { } person) return ToSignIn(http, returnTo);
        var (proof, again) = await code.TakeAsync(
            http, form, MailedCodeUse.Email, ProofPurpose.EmailConfirmation, ProofPurpose.EmailChange);
        return again ?? await proofs.CompleteAsync(http, person, proof!, returnTo);
    }

    private static IResult ToSignIn(HttpContext http, ReturnAddress? returnTo) =>
        PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SignIn, returnTo));

    private static ConfirmEmailModel NewModel(ConfirmationRules rules, Confirmer person, ReturnAddress? returnTo)
    {
        // The pages of second factors and passkeys want it; without it the person goes back to the list of ways in.
        var forWayIn = person.InSignIn || returnTo?.Address.StartsWith(PagePaths.AccountSecurity, StringComparison.Ordinal) == true;
        return new()
        {
            Email = person.Email,
            ReturnUrl = returnTo?.Address,
            ForWayIn = forWayIn,
            SkipUrl = person.InSignIn ? null
                : forWayIn ? PagePaths.AccountSecurity
                : rules.AreRequired ? null : returnTo?.Address ?? ReturnAddress.Home,
        };
    }
}
