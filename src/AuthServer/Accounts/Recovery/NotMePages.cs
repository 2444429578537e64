using System.Security.Claims;
using AuthServer.Audit;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.Recovery;
using AuthServer.Users.Recovery;
using AuthServer.Users.SignIn;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Accounts.Recovery;

/// <summary>
/// GET /signin/not-me: the link in the mail about a new sign-in; it uses nothing up, because programs follow links too. POST ends every
/// session and what came of that sign-in, and sends the mail to choose a new password.
/// </summary>
public static class NotMePages
{
    public static void MapNotMePages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(PagePaths.NotMe, ShowAsync);
        routes.MapPost(PagePaths.NotMe, EndAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
    }

    private static async Task<IResult> ShowAsync(HttpContext http, DisownedSignIn signIn)
    {
        string? token = http.Request.Query["token"];
        return await signIn.FindAsync(token, http.RequestAborted) is { } proof
            ? PageAnswers.Page<NotMePage>(http, new NotMeModel { Email = proof.Email, At = proof.CreatedAt, Token = token! })
            : Ended(http);
    }

    private static async Task<IResult> EndAsync(HttpContext http, IAntiforgery antiforgery, DisownedSignIn signIn)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        if (await signIn.FindAsync(form["token"], http.RequestAborted) is not { } proof) return Ended(http);
        if (!form.IsGenuine)
        {
            var model = new NotMeModel { Email = proof.Email, At = proof.CreatedAt, Token = form["token"], IsStale = true };
            return PageAnswers.Page<NotMePage>(http, model, StatusCodes.Status400BadRequest);
        }

        if (await signIn.CompleteAsync(proof, Caller.Of(http)) is not { } asked) return Ended(http);
        // The session of this browser has ended with the others: the next form is of nobody.
        http.User = new ClaimsPrincipal(new ClaimsIdentity());
        return AsksForPassword(http)
            ? MailedCode.Page(http, MailedCodeUse.PasswordReset, asked, returnTo: null)
            : PageAnswers.GoOn(http, PagePaths.SignIn);
    }

    private static IResult Ended(HttpContext http) =>
        LinkEnded.Answer(http, AsksForPassword(http) ? PagePaths.ForgottenPassword : PagePaths.SignIn, returnTo: null);

    private static bool AsksForPassword(HttpContext http) => http.RequestServices.GetRequiredService<SignInMethodOptions>().Password;
}
