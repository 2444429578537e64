using AuthServer.Accounts.Recovery;
using AuthServer.Clients.Directory;
using AuthServer.Data.Entities;
using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Ui.Accounts.SignIn;
using AuthServer.Ui;
using AuthServer.Users.ByMail;
using AuthServer.Users.SignIn;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Accounts.SignIn;

/// <summary>
/// GET /signin/email/link: the link of the mail; it uses nothing up. POST signs in, in the browser that asked. GET /signin/email/proven:
/// what a person is told whose address was never proven before.
/// </summary>
/// <remarks>
/// In another browser the link signs nobody in. Otherwise a stranger could send the link of an account of their own, in which the victim
/// would then keep secrets (login CSRF); and a link that signed in the browser that asked would do so for a stranger who asked with the
/// address of the victim.
/// </remarks>
internal static class EmailLinkSignInPages
{
    public static void MapEmailLinkSignIn(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(PagePaths.SignInLink, ShowAsync);
        routes.MapPost(PagePaths.SignInLink, UseAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
        routes.MapGet(PagePaths.SignInProven, ShowProvenAsync);
    }

    private static async Task<IResult> ShowAsync(HttpContext http, ClientDirectory clients, EmailSignIn signIn, EmailSignInCookie cookie)
    {
        string? token = http.Request.Query["token"];
        return await signIn.FindAsync(token, http.RequestAborted) is { } proof
            ? PageAnswers.Page<EmailLinkSignInPage>(http, await NewModelAsync(http, clients, cookie, proof, token!))
            : LinkEnded.Answer(http, PagePaths.SignIn, returnTo: null);
    }

    private static async Task<IResult> UseAsync(
        HttpContext http, IAntiforgery antiforgery, ClientDirectory clients, EmailSignIn signIn, EmailSignInCookie cookie,
        EmailSignInEnd end)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        if (await signIn.FindAsync(form["token"], http.RequestAborted) is not { } proof)
        {
            return LinkEnded.Answer(http, PagePaths.SignIn, returnTo: null);
        }

        if (!form.IsGenuine || AskedHere(http, cookie, proof) is not { } asked
            || asked.Browser != EmailSignInTickets.BrowserOf(form.Browser))
        {
            var model = await NewModelAsync(http, clients, cookie, proof, form["token"]);
            return PageAnswers.Page<EmailLinkSignInPage>(http, model, StatusCodes.Status400BadRequest);
        }

        cookie.Delete(http);
        return await end.GoOnAsync(http, proof, asked.Keep, ReturnAddress.ToAuthorization(asked.ReturnUrl));
    }

    private static async Task<IResult> ShowProvenAsync(HttpContext http, SignInMethodOptions methods)
    {
        var returnTo = ReturnAddress.ToAuthorization(http.Request.Query["returnUrl"]);
        if (await http.GetBrowserSessionAsync() is not { } session)
        {
            return PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SignIn, returnTo));
        }

        return PageAnswers.Page<AddressProvenPage>(http, new AddressProvenModel
        {
            Account = PageAnswers.Chip(session)!,
            ContinueUrl = returnTo?.Address ?? ReturnAddress.Home,
            PasswordUrl = methods.Password ? PagePaths.AccountPassword : null,
        });
    }

    private static PageSignIn? AskedHere(HttpContext http, EmailSignInCookie cookie, AccountProof proof) =>
        cookie.Read(http) is { } asked && asked.ProofId == proof.Id ? asked : null;

    private static async Task<EmailLinkSignInModel> NewModelAsync(
        HttpContext http, ClientDirectory clients, EmailSignInCookie cookie, AccountProof proof, string token)
    {
        var asked = AskedHere(http, cookie, proof);
        var returnTo = ReturnAddress.ToAuthorization(asked?.ReturnUrl);
        return new()
        {
            Email = proof.Email,
            AppName = returnTo is null ? null : (await returnTo.AppAsync(http, clients))?.Name,
            Token = asked is null ? null : token,
            SignInUrl = OtherAccount.Choose(returnTo),
        };
    }
}
