using AuthServer.Data.Entities;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Users.Passkeys;
using AuthServer.Users.Proofs;

namespace AuthServer.Accounts;

/// <summary>Decides who is offered a passkey after a complete sign-in by password, before they go on to the app.</summary>
/// <remarks>It asks no database: most sign-ins end here.</remarks>
public sealed class PasskeyOffer(PasskeyRules rules, ConfirmationRules confirmation, PasskeyOfferCookie cookie)
{
    /// <summary>The field of a form in which the script says that the device can keep passkeys.</summary>
    public const string Field = "passkeys";

    /// <param name="able">Whether the device can keep passkeys, as the page's script found.</param>
    /// <param name="anew">False for a person who was signed in already: they are in the middle of something.</param>
    /// <returns>The page of the offer; null: the person goes on at once.</returns>
    public string? PageFor(HttpContext http, User user, ReturnAddress? returnTo, bool able, bool anew) =>
        able && anew && rules.ArePossible && (user.EmailConfirmed || !confirmation.AreProven) && !AsksHow(http, returnTo)
        && !cookie.IsQuiet(http, user.Id)
            ? ReturnAddress.With(PagePaths.PasskeyOffer, returnTo)
            : null;

    // The app has a reason to know how or when the person signs in, such as a payment: not the moment for another question.
    private static bool AsksHow(HttpContext http, ReturnAddress? returnTo) => returnTo is not null
        && (returnTo.Asked(http, "acr_values") is not null || returnTo.Asked(http, "max_age") is not null
            || returnTo.Asked(http, "prompt")?.Split(' ').Any(prompt => prompt is "none" or "login") == true);
}
