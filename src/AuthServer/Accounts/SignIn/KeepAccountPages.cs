using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Data.Entities;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.SignIn;
using AuthServer.Users.MyAccount;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Accounts.SignIn;

/// <summary>POST /signin/keep: keeps an account that was to be deleted. A right sign-in has led to the page with the form.</summary>
internal static class KeepAccountPages
{
    public static void MapKeepAccountPages(this IEndpointRouteBuilder routes) => routes.MapPost(PagePaths.KeepAccount, async http =>
    {
        var form = await PostedForm.ReadAsync(http, http.RequestServices.GetRequiredService<IAntiforgery>());
        await (await KeepAsync(http, form)).ExecuteAsync(http);
    }).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));

    /// <summary>The page that offers it.</summary>
    public static IResult Offer(HttpContext http, User user, DateTime at, ReturnAddress? returnTo)
    {
        var ticket = http.RequestServices.GetRequiredService<KeepTickets>().Seal(user);
        return PageAnswers.Page<KeepAccountPage>(http, new KeepAccountModel(user.Email!, at, ticket, returnTo?.Address));
    }

    /// <summary>The person then signs in like everybody, with every step that a sign-in has: keeping opens no session.</summary>
    private static async Task<IResult> KeepAsync(HttpContext http, PostedForm form)
    {
        var returnTo = ReturnAddress.ToAuthorization(form["returnUrl"]);
        var ticket = form.IsGenuine ? http.RequestServices.GetRequiredService<KeepTickets>().Open(form["ticket"]) : null;
        var model = await SignInPages.NewModelAsync(http, http.RequestServices.GetRequiredService<ClientDirectory>(), returnTo);
        if (ticket is null)
        {
            return PageAnswers.Page<SignInPage>(
                http, model with { Problem = SignInProblem.FormExpired }, StatusCodes.Status400BadRequest);
        }

        // Sent twice, or kept in another tab: the account stays either way.
        await http.RequestServices.GetRequiredService<OwnDeletion>().KeepAsync(ticket.UserId, ticket.Stamp, Caller.Of(http));
        return PageAnswers.Page<SignInPage>(
            http, model with { Email = ticket.Email, Problem = SignInProblem.AccountKept });
    }
}
