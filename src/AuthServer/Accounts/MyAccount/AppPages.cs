using AuthServer.Clients.Directory;
using AuthServer.Configuration;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.MyAccount;
using AuthServer.Ui.Accounts.MyAccount.Apps;
using AuthServer.Users.MyAccount;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.Accounts.MyAccount;

/// <summary>GET /account/apps: what uses the account, and what it may see; POST below it: cuts an app off.</summary>
internal static class AppPages
{
    private const string Path = PagePaths.AccountApps;

    public static void MapAppPages(this IEndpointRouteBuilder routes)
    {
        routes.MapPage(Path, visit => PageAsync(visit, AccountProblem.None, StatusCodes.Status200OK));
        routes.MapForm(
            PagePaths.AccountAppsWithdraw, Path, WithdrawAsync,
            (visit, _) => PageAsync(visit, AccountProblem.FormExpired, StatusCodes.Status400BadRequest));
    }

    private static async Task<IResult> WithdrawAsync(AccountVisit visit, PostedForm form)
    {
        var withdrawn = await visit.Get<ConnectedApps>().WithdrawAsync(
            visit.UserId, form["client"], throughClient: null, visit.Session.Id, visit.Caller, visit.Aborted);
        return withdrawn
            ? visit.GoTo(Path, AccountDone.AppWithdrawn)
            : await PageAsync(visit, AccountProblem.NotThere, StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> PageAsync(AccountVisit visit, AccountProblem problem, int status)
    {
        var apps = await visit.Get<ConnectedApps>().ListAsync(visit.UserId, visit.Aborted);
        var registered = await visit.Get<ScopeDirectory>().ApisAsync(visit.Aborted);
        var models = new List<ConnectedAppModel>();
        foreach (var app in apps) models.Add(ModelOf(app, await OpensAtAsync(app, visit), visit, registered));
        return visit.Page<AppsPage>(
            new AppsModel
            {
                Account = visit.Chip,
                Done = visit.Done,
                Problem = problem,
                AppWaits = await visit.Get<WaitingApprovals>().AnyAsync(visit.UserId, visit.Aborted),
                Apps = models,
            },
            status);
    }

    // Whether the document that describes an app still stands behind its address only the directory knows.
    private static async ValueTask<string?> OpensAtAsync(ConnectedApp app, AccountVisit visit) =>
        app.Client is { Publisher: not null, InitiateLoginUri: not null }
            ? (await visit.Get<ClientDirectory>().FindAsync(app.ClientId, visit.Aborted))?.InitiateLoginUri
            : app.Client?.InitiateLoginUri;

    private static ConnectedAppModel ModelOf(ConnectedApp app, string? opensAt, AccountVisit visit, RegisteredApis registered) => new(
        app.ClientId, app.Client?.Name ?? app.ClientId, app.Client is null ? null : AppPromises.DomainsOf(app.Client),
        app.Client is { IsSelfRegistered: false } known ? known.LogoUri : null, app.Since, app.LastUsed,
        [.. AppPromises.Of(app.Allowed, visit.Chip, registered)])
    {
        Ends = app.Allowed.Ends,
        // OpenID Connect Core section 4: the app asks this server then, as if the person had begun there.
        OpenUrl = opensAt is { } address
            ? QueryHelpers.AddQueryString(address, "iss", visit.Get<IssuerOptions>().IssuerText) : null,
    };
}
