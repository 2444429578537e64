using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Users.Proofs;

namespace AuthServer.Accounts;

/// <summary>
/// Sends a person to the confirmation of their address before a second factor or a passkey is added. Otherwise somebody could sign up with
/// the address of another person, and leave a way in for the day on which that person takes the account over by a new password.
/// </summary>
internal static class ConfirmFirst
{
    /// <returns>Null when the address is confirmed, or addresses are not confirmed on this server.</returns>
    public static IResult? IfNeeded(HttpContext http, bool isConfirmed, ReturnAddress? returnTo) => IsNeeded(http, isConfirmed)
        ? PageAnswers.SeeOther(http, ReturnAddress.With(PagePaths.ConfirmEmail, returnTo))
        : null;

    public static bool IsNeeded(HttpContext http, bool isConfirmed) =>
        !isConfirmed && http.RequestServices.GetRequiredService<ConfirmationRules>().AreProven;
}
