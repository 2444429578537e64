using System.Security.Claims;
using AuthServer.Accounts.Recovery;
using AuthServer.Audit;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.Mailboxes;
using AuthServer.Users.Mailboxes;
using AuthServer.Users.SignIn;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Accounts.Mailboxes;

/// <summary>
/// GET /email/undo: the link in the mail to a former address; it uses nothing up. POST takes the change of the address back, and asks for a
/// new password.
/// </summary>
public static class UndoEmailPages
{
    public static void MapUndoEmailPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(PagePaths.UndoEmail, ShowAsync);
        routes.MapPost(PagePaths.UndoEmail, UndoAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
    }

    private static async Task<IResult> ShowAsync(HttpContext http, EmailUndo undo)
    {
        string? token = http.Request.Query["token"];
        return await undo.FindAsync(token, http.RequestAborted) is { } proof
            ? PageAnswers.Page<UndoEmailPage>(http, new UndoEmailModel { Email = proof.Email, Token = token! })
            : Ended(http);
    }

    private static async Task<IResult> UndoAsync(
        HttpContext http, IAntiforgery antiforgery, EmailUndo undo)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        if (await undo.FindAsync(form["token"], http.RequestAborted) is not { } proof)
        {
            return Ended(http);
        }

        var model = new UndoEmailModel { Email = proof.Email, Token = form["token"] };
        if (!form.IsGenuine) return PageAnswers.Page<UndoEmailPage>(http, model, StatusCodes.Status400BadRequest);
        var result = await undo.CompleteAsync(proof, Caller.Of(http));
        // The session of this browser may have ended with it: the next form is of nobody.
        if (result.Result == EmailChangeResult.Done) http.User = new ClaimsPrincipal(new ClaimsIdentity());
        return result switch
        {
            (EmailChangeResult.Done, _) when !AsksForPassword(http) => PageAnswers.GoOn(http, PagePaths.SignIn),
            (EmailChangeResult.Done, { } next) => await NewPasswordPages.AskAsync(http, returnTo: null, next),
            (EmailChangeResult.Taken, _) =>
                PageAnswers.Page<UndoEmailPage>(http, model with { IsTaken = true }, StatusCodes.Status409Conflict),
            _ => Ended(http),
        };
    }

    private static IResult Ended(HttpContext http) =>
        LinkEnded.Answer(http, AsksForPassword(http) ? PagePaths.ForgottenPassword : PagePaths.SignIn, returnTo: null);

    private static bool AsksForPassword(HttpContext http) => http.RequestServices.GetRequiredService<SignInMethodOptions>().Password;
}
