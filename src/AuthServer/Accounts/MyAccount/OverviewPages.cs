using AuthServer.Ui;
using AuthServer.Ui.Accounts.MyAccount.Overview;
using AuthServer.Ui.Layout;

namespace AuthServer.Accounts.MyAccount;

/// <summary>GET /account: the sections of the pages about an account.</summary>
internal static class OverviewPages
{
    public static void MapOverviewPages(this IEndpointRouteBuilder routes) =>
        routes.MapPage(PagePaths.Account, visit => Task.FromResult(visit.Page<AccountOverviewPage>(
            new AccountOverviewModel { Account = visit.Chip, ServerName = visit.Get<Branding>().Name })));
}
