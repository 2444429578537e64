using AuthServer.JsonApi;

namespace AuthServer.Api.Representation;

/// <summary>The refusals that several routes about accounts share.</summary>
internal static class AccountProblems
{
    public static Problem EmailTaken() => new(StatusCodes.Status409Conflict, "email-taken", "Another account has this e-mail address.")
    {
        Errors = new Dictionary<string, string[]> { ["email"] = ["Another account has this e-mail address."] },
    };

    public static Problem TooManyTries(TimeSpan wait) =>
        Problem.TooManyRequests(wait, "There were too many tries. Try again after the seconds in Retry-After.");
}
