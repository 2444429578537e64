using AuthServer.Accounts.Upstream;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.MyAccount;
using AuthServer.Ui.Accounts.MyAccount.Security;
using AuthServer.Users.Providers;
using AuthServer.Users.Upstream;

namespace AuthServer.Accounts.MyAccount;

/// <summary>/account/security/connect and /disconnect: the sign-ins of other providers that lead into the account.</summary>
internal static class ConnectionPages
{
    private const string Section = PagePaths.AccountSecurity;

    public static void MapConnectionPages(this IEndpointRouteBuilder routes)
    {
        routes.MapForm(PagePaths.AccountConnect, Section, ConnectAsync, StaleAsync);
        routes.MapForm(PagePaths.AccountDisconnect, Section, DisconnectAsync, StaleAsync);
    }

    /// <summary>The card for the page about the ways in; null where there is nothing to see.</summary>
    public static async Task<ConnectionsCardModel?> CardAsync(AccountVisit visit)
    {
        var providers = visit.Get<UpstreamProviders>();
        var links = await visit.Get<UpstreamLinks>().ListAsync(visit.UserId, visit.Aborted);
        if (providers.All.Count == 0 && links.Count == 0) return null;
        var connected = links.Select(link => (Link: link, Provider: providers.OfIssuer(link.Issuer))).ToList();
        return new(
            [.. connected.Select(one => new ConnectedSignIn(
                one.Link.Id, one.Provider?.Label ?? one.Link.Issuer, one.Link.Label, one.Link.At, one.Provider is not null))],
            [.. providers.All.Where(provider => connected.TrueForAll(one => one.Provider != provider))
                .Select(provider => new OfferedSignIn(provider.Name, provider.Label))]);
    }

    private static async Task<IResult> ConnectAsync(AccountVisit visit, PostedForm form)
    {
        if ((await visit.ProveAgainForAsync(Section) ?? visit.ConfirmFirstFor(Section)) is { } first) return first;
        return visit.Get<UpstreamProviders>().Find(form["provider"]) is { } provider
            ? await UpstreamPages.SendAsync(visit.Http, provider, new(
                null, Again: false, Asked: true, visit.UserId, visit.Get<TimeProvider>().GetUtcNow().UtcDateTime))
            : PageAnswers.SeeOther(visit.Http, Section);
    }

    private static async Task<IResult> DisconnectAsync(AccountVisit visit, PostedForm form)
    {
        if (await visit.ProveAgainForAsync(Section) is { } again) return again;
        return await visit.Get<UpstreamLinks>()
            .DisconnectAsync(visit.UserId, form["id"], visit.Session.Id, clientId: null, visit.Caller, visit.Aborted) switch
        {
            Disconnection.Done => visit.GoTo(Section, AccountDone.Disconnected),
            Disconnection.LastWayIn => await SecurityPages.PageAsync(
                visit, visit.LastWayIn, StatusCodes.Status422UnprocessableEntity),
            // Done in another tab.
            _ => PageAnswers.SeeOther(visit.Http, Section),
        };
    }

    private static Task<IResult> StaleAsync(AccountVisit visit, PostedForm form) =>
        SecurityPages.PageAsync(visit, AccountProblem.FormExpired, StatusCodes.Status400BadRequest);
}
