using AuthServer.Pages;
using AuthServer.Users.Passkeys;

namespace AuthServer.Accounts.Passkeys;

/// <summary>What the script of the pages gets.</summary>
internal static class PasskeyAnswers
{
    /// <summary>
    /// Whether the passkey is kept by this device, and not by a phone or a key beside it (WebAuthn Level 3 section 5.1): a person who has
    /// one here is not offered another.
    /// </summary>
    public static bool IsOfThisDevice(PostedForm form) =>
        form["credential"].Contains("\"authenticatorAttachment\":\"platform\"", StringComparison.Ordinal);

    public static IResult Question(HttpContext http, PasskeyQuestion question)
    {
        http.Response.Headers.CacheControl = "no-store";
        // The state is base64url, and the options are JSON.
        return Results.Text($$"""{"options":{{question.OptionsJson}},"state":"{{question.State}}"}""", "application/json");
    }
}
