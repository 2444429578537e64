using AuthServer.JsonApi;
using AuthServer.Sessions;
using AuthServer.Users.SignIn;

namespace AuthServer.Api.Tokens;

/// <summary>Asks an app to let its person prove again who they are (RFC 9470 section 3).</summary>
internal static class StepUp
{
    /// <returns>Null when the last sign-in behind the token is recent enough.</returns>
    public static Problem? Refusal(ApiCaller.Person person, TimeProvider time) =>
        RecentSignIn.Is(person.AuthTime, time) ? null : Required();

    /// <summary>For operations that change a way into the account, as at the pages of this server.</summary>
    /// <returns>Null when the sign-in behind the token is recent, with the strongest factor of the account.</returns>
    public static Problem? RefusalForWayIn(ApiCaller.Person person, TimeProvider time) =>
        person.OwesFactor ? Required(withFactor: true) : Refusal(person, time);

    /// <param name="withFactor">Whether the second factor of the account is wanted too.</param>
    public static Problem Required(bool withFactor = false) => new(
        StatusCodes.Status401Unauthorized, "step-up-required",
        withFactor
            ? "This needs a sign-in less than five minutes ago, with the second factor or a passkey of the account. Send the person to "
                + "the authorization endpoint with max_age and acr_values as in WWW-Authenticate, then try again with the new token."
            : "This needs a sign-in less than five minutes ago. Send the person to the authorization endpoint with max_age, then try "
                + "again.")
    {
        Challenge = BearerScheme.StepUp(RecentSignIn.MaxAge, withFactor ? AuthenticationContext.SecondFactor : null),
    };
}
