using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Ui;
using AuthServer.Users.SecondFactors;
using AuthServer.Users.SignIn;

namespace AuthServer.Accounts;

/// <summary>Asks a person to prove again who they are, before pages that change a way in or take the account's data away.</summary>
public static class SignInAgain
{
    private static readonly KeyValuePair<string, string?> Again = new("prompt", "login");

    /// <summary>Shows the page of the second step to a person who is signed in, and not to one who has just given a password.</summary>
    internal static readonly KeyValuePair<string, string?> StepUp = new("prompt", "step-up");

    /// <summary>The sign-in page says that the passkey is wanted.</summary>
    internal static readonly KeyValuePair<string, string?> ByPasskey = new("with", "passkey");

    /// <param name="returnPath">The page of the account to come back to, one of <see cref="PagePaths"/>.</param>
    /// <returns>Null when the last sign-in is recent enough.</returns>
    public static IResult? IfNeeded(HttpContext http, BrowserSession session, TimeProvider time, string returnPath) =>
        IfNeeded(http, session, time, ReturnAddress.ToAuthorization(returnPath));

    /// <inheritdoc cref="IfNeeded(HttpContext, BrowserSession, TimeProvider, string)"/>
    public static IResult? IfNeeded(HttpContext http, BrowserSession session, TimeProvider time, ReturnAddress? returnTo) =>
        RecentSignIn.Is(session.AuthTime, time) ? null : Ask(http, returnTo);

    /// <summary>For pages that change a way in: asks for a recent sign-in and for the strongest factor of the account.</summary>
    /// <returns>Null when nothing is owed.</returns>
    public static async Task<IResult?> IfWeakAsync(HttpContext http, BrowserSession session, ReturnAddress? returnTo)
    {
        var proof = http.RequestServices.GetRequiredService<FreshProof>();
        return await proof.OwedAsync(session, http.RequestAborted) switch
        {
            OwedProof.Nothing => null,
            OwedProof.SecondFactor => PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SecondFactor, returnTo, [StepUp])),
            OwedProof.Passkey => PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SignIn, returnTo, [Again, ByPasskey])),
            _ => Ask(http, returnTo),
        };
    }

    /// <summary>Where a person signs in with the passkey, who comes back to a page of the account.</summary>
    public static string ByPasskeyFor(string returnPath) =>
        ReturnAddress.With(PagePaths.SignIn, ReturnAddress.ToAuthorization(returnPath), [Again, ByPasskey]);

    public static IResult Ask(HttpContext http, string returnPath) => Ask(http, ReturnAddress.ToAuthorization(returnPath));

    private static IResult Ask(HttpContext http, ReturnAddress? returnTo) =>
        PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.SignIn, returnTo, [Again]));
}
