using AuthServer.Users.Passkeys;

namespace AuthServer.Accounts.Passkeys;

/// <summary>What the script of the pages gets.</summary>
internal static class PasskeyAnswers
{
    public static IResult Question(HttpContext http, PasskeyQuestion question)
    {
        http.Response.Headers.CacheControl = "no-store";
        // The state is base64url, and the options are JSON.
        return Results.Text($$"""{"options":{{question.OptionsJson}},"state":"{{question.State}}"}""", "application/json");
    }
}
