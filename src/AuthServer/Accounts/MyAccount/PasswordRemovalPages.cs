using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.MyAccount;
using AuthServer.Ui.Accounts.MyAccount.Security;
using AuthServer.Users.MyAccount;
using AuthServer.Users.Proofs;
using AuthServer.Users.Providers;

namespace AuthServer.Accounts.MyAccount;

/// <summary>GET and POST /account/security/password/remove: the person signs in with passkeys alone from then on.</summary>
internal static class PasswordRemovalPages
{
    private const string Path = PagePaths.AccountPasswordRemoval;

    public static void MapPasswordRemovalPages(this IEndpointRouteBuilder routes)
    {
        routes.MapPage(Path, async visit => await visit.ProveAgainForAsync(Path) ?? await PageAsync(visit));
        routes.MapForm(Path, Path, RemoveAsync, (visit, _) =>
            PageAsync(visit, AccountProblem.FormExpired, StatusCodes.Status400BadRequest));
    }

    private static async Task<IResult> RemoveAsync(AccountVisit visit, PostedForm form)
    {
        if (await visit.ProveAgainForAsync(Path) is { } again) return again;
        var result = await visit.Get<PasswordRemoval>().RemoveAsync(visit.Person);
        if (result == PasswordRemovalResult.Removed) await visit.StayKnownAsync();
        return result switch
        {
            PasswordRemovalResult.Removed => visit.GoTo(PagePaths.AccountSecurity, AccountDone.PasswordRemoved),
            PasswordRemovalResult.TooFewWays => await PageAsync(visit, status: StatusCodes.Status422UnprocessableEntity),
            // Removed in another tab.
            _ => PageAnswers.SeeOther(visit.Http, PagePaths.AccountSecurity),
        };
    }

    private static async Task<IResult> PageAsync(
        AccountVisit visit, AccountProblem problem = AccountProblem.None, int status = StatusCodes.Status200OK)
    {
        if (await visit.Get<OwnPassword>().FindAsync(visit.UserId, visit.Aborted) is not { Exists: true })
        {
            return PageAnswers.SeeOther(visit.Http, PagePaths.AccountSecurity);
        }

        var ways = await visit.Get<AccountWaysIn>().FindAsync(visit.UserId, visit.Aborted);
        return visit.Page<RemovePasswordPage>(
            new RemovePasswordModel
            {
                Account = visit.Chip,
                Problem = problem,
                Needs = ways switch
                {
                    { SufficeWithoutPassword: true } => PasswordRemovalNeed.Nothing,
                    { Passkeys: 0 } => PasswordRemovalNeed.Passkey,
                    _ when visit.Get<ConfirmationRules>().AreProven => PasswordRemovalNeed.AddressOrPasskey,
                    _ => PasswordRemovalNeed.AnotherPasskey,
                },
            },
            status);
    }
}
