using AuthServer.Clients.Directory;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.MyAccount.Activity;
using AuthServer.Users.MyAccount;

namespace AuthServer.Accounts.MyAccount;

/// <summary>GET /account/activity: what has happened to the account, in words.</summary>
internal static class ActivityPages
{
    private const int PageSize = 30;
    private const string Before = "before";

    public static void MapActivityPages(this IEndpointRouteBuilder routes) => routes.MapPage(PagePaths.AccountActivity, ShowAsync);

    private static async Task<IResult> ShowAsync(AccountVisit visit)
    {
        // A cursor that was made up shows the newest.
        var before = ActivityCursor.Read(visit.Http.Request.Query[Before]);
        // One more than is shown tells whether there is an older page.
        var found = await visit.Get<AccountActivity>().ListAsync(visit.UserId, before, PageSize + 1, visit.Aborted);
        var events = found.Take(PageSize).ToList();
        var names = await visit.Get<ListedClients>().FindAsync(
            [.. events.Select(e => e.ClientId).OfType<string>().Distinct()], visit.Aborted);
        return visit.Page<ActivityPage>(new ActivityModel
        {
            Account = visit.Chip,
            Entries = [.. events.Select(e => ActivityLines.Of(e, names))],
            IsOlder = before is not null,
            OlderUrl = found.Count > PageSize
                ? PagePaths.AccountActivity + QueryString.Create(Before, $"{new ActivityCursor(events[^1].OccurredAt, events[^1].Id)}")
                : null,
        });
    }
}
