using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Ui;
using AuthServer.Users.SignIn;

namespace AuthServer.Accounts;

/// <summary>Asks a person to prove again who they are, before pages that change a way in or take the account's data away.</summary>
public static class SignInAgain
{
    private static readonly KeyValuePair<string, string?> Again = new("prompt", "login");

    /// <param name="returnPath">The page of the account to come back to, one of <see cref="PagePaths"/>.</param>
    /// <returns>Null when the last sign-in is recent enough.</returns>
    public static IResult? IfNeeded(HttpContext http, BrowserSession session, TimeProvider time, string returnPath) =>
        IfNeeded(http, session, time, ReturnAddress.ToAuthorization(returnPath));

    /// <inheritdoc cref="IfNeeded(HttpContext, BrowserSession, TimeProvider, string)"/>
    public static IResult? IfNeeded(HttpContext http, BrowserSession session, TimeProvider time, ReturnAddress? returnTo) =>
        RecentSignIn.Is(session.AuthTime, time) ? null : Ask(http, returnTo);

    public static IResult Ask(HttpContext http, string returnPath) => Ask(http, ReturnAddress.ToAuthorization(returnPath));

    private static IResult Ask(HttpContext http, ReturnAddress? returnTo) =>
        PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SignIn, returnTo, [Again]));
}
