using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.MyAccount;
using AuthServer.Ui.Accounts.MyAccount.Security;
using AuthServer.Users.Administration;
using AuthServer.Users.MyAccount;
using AuthServer.Users.Passwords;

namespace AuthServer.Accounts.MyAccount;

/// <summary>GET and POST /account/security/password: a new password, with the one of today.</summary>
internal static class PasswordPages
{
    private const string Path = PagePaths.AccountPassword;

    public static void MapPasswordPages(this IEndpointRouteBuilder routes)
    {
        routes.MapPage(Path, ShowAsync);
        routes.MapForm(Path, Path, ChangeAsync, async (visit, _) => visit.Page<ChangePasswordPage>(
            (await ModelAsync(visit)) with { Problem = AccountProblem.FormExpired }, StatusCodes.Status400BadRequest));
    }

    private static async Task<IResult> ShowAsync(AccountVisit visit)
    {
        var model = await ModelAsync(visit);
        // A first password is a new way in, and there is none to ask for.
        if (!model.HasPassword && await visit.ProveAgainForAsync(Path) is { } again) return again;
        return visit.Page<ChangePasswordPage>(model);
    }

    private static async Task<IResult> ChangeAsync(AccountVisit visit, PostedForm form)
    {
        var (model, session) = (await ModelAsync(visit), visit.Session);
        if (!model.HasPassword && await visit.ProveAgainForAsync(Path) is { } again) return again;
        var current = model.HasPassword ? form["current_password"] : null;
        var failed = visit.Get<PasswordPolicy>().Judge(form["password"], new(session.Email, session.FirstName, session.LastName))
            .Select(PasswordProblems.Of).ToList();
        if (current is { Length: 0 } || failed.Count > 0)
        {
            var missing = current is { Length: 0 } ? CurrentPasswordProblem.Missing : CurrentPasswordProblem.None;
            return Again(visit, model with { Current = missing, Failed = failed });
        }

        var result = await visit.Get<OwnPassword>().ChangeAsync(visit.Person, current, form["password"], visit.Aborted);
        if (result is ChangeResult.Changed) await visit.StayKnownAsync();
        return result switch
        {
            ChangeResult.Changed => visit.GoTo(PagePaths.AccountSecurity, AccountDone.PasswordChanged),
            ChangeResult.ProofRequired(true) => Again(visit, model with { Current = CurrentPasswordProblem.Wrong }),
            ChangeResult.ProofRequired => SignInAgain.Ask(visit.Http, Path),
            ChangeResult.TooManyTries(var wait) => Again(
                visit, model with { Problem = AccountProblem.TooManyTries, RetryAfter = wait }, StatusCodes.Status429TooManyRequests),
            ChangeResult.Busy(var wait) => Again(
                visit, model with { Problem = AccountProblem.Busy, RetryAfter = wait }, StatusCodes.Status503ServiceUnavailable),
            // The account was changed or deleted in the same moment.
            _ => Again(visit, model with { Problem = AccountProblem.ChangedMeanwhile }, StatusCodes.Status409Conflict),
        };
    }

    private static IResult Again(AccountVisit visit, ChangePasswordModel model, int status = StatusCodes.Status422UnprocessableEntity) =>
        visit.Page<ChangePasswordPage>(model, status);

    private static async Task<ChangePasswordModel> ModelAsync(AccountVisit visit) => new()
    {
        Account = visit.Chip,
        Email = visit.Session.Email,
        FirstName = visit.Session.FirstName,
        LastName = visit.Session.LastName,
        HasPassword = await visit.Get<OwnPassword>().FindAsync(visit.UserId, visit.Aborted) is { Exists: true },
        Rules = new(PasswordPolicy.MinimumLength, visit.Get<PasswordPolicy>().Complexity),
    };
}
