using AuthServer.Audit;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.Upstream;
using AuthServer.Users.Providers;
using AuthServer.Users.Upstream;

namespace AuthServer.Accounts.Upstream;

/// <summary>The page after a sign-in with another provider that led nowhere; it always has another way.</summary>
internal static class UpstreamFailure
{
    /// <param name="errand">Null where the answer was not one to a request of this browser.</param>
    public static IResult Page(
        HttpContext http, UpstreamProvider provider, UpstreamProblem problem, UpstreamErrand? errand, TimeSpan? wait = null)
    {
        var isOfAccount = errand?.Connects is not null;
        var way = isOfAccount ? PagePaths.AccountSecurity : OtherAccount.Choose(ReturnAddress.ToAuthorization(errand?.ReturnUrl));
        return PageAnswers.Page<UpstreamFailedPage>(
            http, new UpstreamFailedModel(provider.Label, problem, way, isOfAccount) { RetryAfter = wait }, StatusOf(problem), wait);
    }

    /// <summary>The same for an answer that may be an attack, which is noted.</summary>
    public static IResult Refused(HttpContext http, UpstreamProvider provider, UpstreamProblem problem, UpstreamErrand? errand)
    {
        http.RequestServices.GetRequiredService<Refusals>().Record(RefusalKinds.SignInFailed, Caller.Of(http));
        return Page(http, provider, problem, errand);
    }

    private static int StatusOf(UpstreamProblem problem) => problem switch
    {
        UpstreamProblem.Unavailable => StatusCodes.Status503ServiceUnavailable,
        UpstreamProblem.Cancelled => StatusCodes.Status200OK,
        UpstreamProblem.Ended or UpstreamProblem.Refused => StatusCodes.Status400BadRequest,
        UpstreamProblem.TooManyTries => StatusCodes.Status429TooManyRequests,
        _ => StatusCodes.Status422UnprocessableEntity,
    };
}
