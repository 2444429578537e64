using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.MyAccount;
using AuthServer.Ui.Accounts.MyAccount.Security;
using AuthServer.Users.SecondFactors;
using AuthServer.Users.SignIn;

namespace AuthServer.Accounts.MyAccount;

/// <summary>
/// GET and POST /account/security/recovery-codes: the recovery codes of a person who has a passkey and no authenticator app; with an app
/// they stand on its page.
/// </summary>
internal static class RecoveryCodePages
{
    private const string Path = PagePaths.PasskeyRecoveryCodes;

    public static void MapRecoveryCodePages(this IEndpointRouteBuilder routes)
    {
        routes.MapPage(Path, async visit =>
            await FirstAsync(visit) ?? await PageAsync(visit, AccountProblem.None, StatusCodes.Status200OK));
        routes.MapForm(Path, Path, RenewAsync, (visit, _) =>
            PageAsync(visit, AccountProblem.FormExpired, StatusCodes.Status400BadRequest));
    }

    /// <summary>What comes before the page and its form: other pages for others, and the passkey itself.</summary>
    private static async Task<IResult?> FirstAsync(AccountVisit visit)
    {
        if (!visit.Get<SecondFactorOptions>().IsOn
            || !await visit.Get<SecondFactorRequirement>().HasPasskeyAsync(visit.UserId, visit.Aborted))
        {
            return PageAnswers.SeeOther(visit.Http, PagePaths.AccountSecurity);
        }

        return await visit.Get<AccountLookup>().FindAsync(visit.UserId, visit.Session.Id, visit.Aborted) is { TwoFactorEnabled: true }
            ? PageAnswers.SeeOther(visit.Http, PagePaths.AuthenticatorApp)
            : await visit.ProveAgainForAsync(Path);
    }

    private static async Task<IResult> RenewAsync(AccountVisit visit, PostedForm form)
    {
        if (await FirstAsync(visit) is { } first) return first;
        return await visit.Get<SecondFactorChanges>().RenewCodesAsync(visit.UserId, visit.Caller, visit.Session.Id) is { } codes
            ? CodesOnce.Show(visit.Http, codes, PagePaths.AccountSecurity)
            : PageAnswers.SeeOther(visit.Http, PagePaths.AccountSecurity);
    }

    private static async Task<IResult> PageAsync(AccountVisit visit, AccountProblem problem, int status) =>
        visit.Page<OwnCodesPage>(new OwnCodesModel
        {
            Account = visit.Chip, Problem = problem,
            Left = await visit.Get<RecoveryCodes>().LeftAsync(visit.UserId, visit.Aborted),
        }, status);
}
