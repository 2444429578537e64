using AuthServer.Email;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.Recovery;

namespace AuthServer.Accounts.Recovery;

/// <summary>The answer to a link, or to a page that it led to, that works no longer; it does not say why, nor for whom it was.</summary>
internal static class LinkEnded
{
    /// <param name="again">The page where another mail is asked for.</param>
    public static IResult Answer(HttpContext http, string again, ReturnAddress? returnTo) => PageAnswers.Page<LinkEndedPage>(
        http, new LinkEndedModel
        {
            AgainUrl = http.RequestServices.GetRequiredService<MailSetup>().IsOn ? ReturnAddress.With(again, returnTo) : null,
            SignInUrl = ReturnAddress.With(PagePaths.SignIn, returnTo),
        }, StatusCodes.Status410Gone);
}
