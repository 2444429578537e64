using AuthServer.JsonApi;

namespace AuthServer.Api.Representation;

/// <summary>The refusals that several routes about accounts share.</summary>
internal static class AccountProblems
{
    public static Problem EmailTaken() => new(StatusCodes.Status409Conflict, "email-taken", "Another account has this e-mail address.")
    {
        Errors = new Dictionary<string, string[]> { ["email"] = ["Another account has this e-mail address."] },
    };

    /// <summary>No mail leaves this server, so what needs one is not there.</summary>
    public static Problem NoMail() => Problem.NotFound("This server sends no mail. The people who run it can reset a password.");

    /// <summary>Nobody signs in with a password here, so what is about passwords alone is not there.</summary>
    public static Problem NoPasswords() => Problem.NotFound("Nobody signs in with a password at this server.");

    /// <summary>The same for a body that has a password among other things.</summary>
    public static Problem PasswordGiven() => Problem.Unprocessable(
        new Dictionary<string, string[]> { ["password"] = ["Nobody signs in with a password at this server. Leave it out."] });

    public static Problem WrongCode() => new(StatusCodes.Status422UnprocessableEntity, "wrong-code", "This is not the code of the mail.")
    {
        Errors = new Dictionary<string, string[]> { ["code"] = ["is not the code of the mail."] },
    };

    /// <summary>Used, expired, tried too often, or never made here: the answer does not say which.</summary>
    public static Problem CodeEnded() => new(
        StatusCodes.Status410Gone, "code-ended", "This code or link works no longer. Ask for another mail.");

    public static Problem TooManyTries(TimeSpan wait) =>
        Problem.TooManyRequests(wait, "There were too many tries. Try again after the seconds in Retry-After.");
}
