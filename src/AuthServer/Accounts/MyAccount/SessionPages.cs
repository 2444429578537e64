using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.MyAccount;
using AuthServer.Ui.Accounts.MyAccount.Sessions;
using AuthServer.Ui.Controls;
using AuthServer.Ui.Resources;

namespace AuthServer.Accounts.MyAccount;

/// <summary>GET /account/sessions: where a person is signed in; POST below it: ends one place, or all others.</summary>
internal static class SessionPages
{
    private const string Path = PagePaths.AccountSessions;

    public static void MapSessionPages(this IEndpointRouteBuilder routes)
    {
        routes.MapPage(Path, visit => PageAsync(visit, AccountProblem.None, StatusCodes.Status200OK));
        routes.MapForm(PagePaths.AccountSessionsEnd, Path, EndAsync, Stale);
        routes.MapForm(PagePaths.AccountSessionsEndOthers, Path, EndOthersAsync, Stale);

        static Task<IResult> Stale(AccountVisit visit, PostedForm form) =>
            PageAsync(visit, AccountProblem.FormExpired, StatusCodes.Status400BadRequest);
    }

    private static async Task<IResult> EndAsync(AccountVisit visit, PostedForm form)
    {
        // A session of another person is as if it were not there.
        var ended = Guid.TryParseExact(form["session"], "D", out var id) && await visit.Get<SessionEnding>().EndWithAppsAsync(
            id, visit.UserId, EndReason.SignedOutElsewhere, visit.UserId, visit.Caller, visit.Aborted);
        return ended
            ? visit.GoTo(Path, AccountDone.SessionEnded)
            : await PageAsync(visit, AccountProblem.NotThere, StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> EndOthersAsync(AccountVisit visit, PostedForm form)
    {
        await visit.Get<SessionEnding>().EndOthersAsync(
            visit.UserId, visit.Session.Id, EndReason.SignedOutElsewhere, visit.UserId, visit.Caller, visit.Aborted);
        return visit.GoTo(Path, AccountDone.OtherSessionsEnded);
    }

    private static async Task<IResult> PageAsync(AccountVisit visit, AccountProblem problem, int status)
    {
        var places = await visit.Get<SessionList>().PlacesAsync(visit.UserId, visit.Aborted);
        var clientIds = places.SelectMany(p => p.Apps.Prepend(p.Session)).Select(s => s.ClientId).OfType<string>().Distinct().ToList();
        var names = await visit.Get<ListedClients>().FindAsync(clientIds, visit.Aborted);
        var here = places.FirstOrDefault(p => p.Session.Id == visit.Session.Id);
        return visit.Page<SessionsPage>(
            new SessionsModel
            {
                Account = visit.Chip,
                Done = visit.Done,
                Problem = problem,
                // Beyond the end of the list, or ended in this moment: the request that asks is known by itself.
                This = here is null ? Unlisted(visit) : PlaceOf(visit, here, names),
                Others = [.. places.Where(p => p != here).Select(p => PlaceOf(visit, p, names))],
            },
            status);
    }

    private static PlaceModel Unlisted(AccountVisit visit)
    {
        var (caller, session) = (visit.Caller, visit.Session);
        var device = Device.Of(caller.UserAgent);
        return new(
            session.Id, null, device.Browser, device.System, ShapeOf(device), caller.Address, session.AuthTime, session.LastSeenAt, [])
        {
            Where = WhereIs(visit, caller.Address),
        };
    }

    private static string? WhereIs(AccountVisit visit, string? address) => visit.Get<Places>().Of(address, Language.CurrentTag);

    private static PlaceModel PlaceOf(
        AccountVisit visit, SignedInPlace place, IReadOnlyDictionary<string, RegisteredClient> names)
    {
        var session = place.Session;
        var device = Device.Of(session.UserAgent);
        return new(
            session.Id, session.ClientId is null ? null : NameOf(session.ClientId), device.Browser, device.System,
            session.ClientId is null ? ShapeOf(device) : DeviceShape.App, session.IpAddress, session.CreatedAt, session.LastSeenAt,
            [.. place.Apps.Select(a => NameOf(a.ClientId!)).Distinct(StringComparer.CurrentCulture)])
        {
            Where = WhereIs(visit, session.IpAddress),
        };

        string NameOf(string clientId) => names.TryGetValue(clientId, out var client) ? client.Name : clientId;
    }

    internal static DeviceShape ShapeOf(Device device) => device.Form switch
    {
        DeviceForm.Computer => DeviceShape.Computer,
        DeviceForm.Phone => DeviceShape.Phone,
        DeviceForm.Tablet => DeviceShape.Tablet,
        _ => DeviceShape.Unknown,
    };
}
