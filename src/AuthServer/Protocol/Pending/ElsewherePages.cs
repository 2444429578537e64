using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Pages;
using AuthServer.Protocol.Authorization;
using AuthServer.Protocol.Authorization.Consent;
using AuthServer.Sessions;
using AuthServer.Ui.Layout;
using AuthServer.Ui.Protocol.Devices;

namespace AuthServer.Protocol.Pending;

/// <summary>What the pages of requests from elsewhere share, whoever asked: what they say, and what becomes of the answer.</summary>
internal static class ElsewherePages
{
    /// <summary>What the page of a request says.</summary>
    public static async Task<DeviceRequestModel> ModelAsync(
        HttpContext http, ElsewhereRequest request, BrowserSession session, ShownConsents shown, ScopeDirectory scopes)
    {
        var (asked, client) = (request.Asked, request.Client);
        var device = Device.Of(asked.Content.UserAgent);
        return new()
        {
            AppName = client.Name,
            // The answer does not go to the redirect address, so that the address proves nothing about an app that names itself.
            AppDomain = client.Publisher ?? (client.IsSelfRegistered ? null : AppPromises.DomainsOf(client)),
            UnknownTo = client.IsSelfRegistered ? http.RequestServices.GetRequiredService<Branding>().Name : null,
            Publisher = client.Publisher,
            IsLocal = client.IsSelfRegistered && client.ReturnsToLoopbackAlone,
            Account = PageAnswers.Chip(session)!,
            Address = asked.Content.Address,
            Browser = device.Browser,
            System = device.System,
            AskedAt = asked.AskedAt,
            Request = asked.Id.ToString("N"),
            Shown = shown.Seal(NameOf(asked.Id), session, client, request.Disclosure),
            Scopes =
            [
                .. AppPromises.Of(
                    new(request.Disclosure.Scopes, request.Disclosure.SingleClaims, request.Disclosure.Resources),
                    PageAnswers.Chip(session)!, await scopes.ApisAsync(http.RequestAborted)),
            ],
        };
    }

    /// <summary>Sends the person to the page that the request needs first.</summary>
    public static IResult SendTo(HttpContext http, Requirement.Page page, ReturnAddress? here) =>
        PageAnswers.SeeOther(http, ReturnAddress.With(page.Path, here, [.. AuthorizationRequirements.QueryFor(page.Reason)]));

    /// <summary>Writes what the person decided about what the page has shown.</summary>
    public static async Task<IResult> WriteAsync(
        HttpContext http, ElsewhereRequests requests, ElsewhereRequest? request, ShownConsent page, BrowserSession session, bool allowed,
        bool isByName = false)
    {
        if (request is null || request.Client.Id != page.Registration
            || await requests.RequirementOfAsync(request, session, page.At, http.RequestAborted) is not Requirement.None)
        {
            return Outcome(http, DeviceOutcome.Ended, request?.Client.Name ?? page.ClientId, isByName);
        }

        var outcome = await requests.DecideAsync(request, allowed, page, session, Caller.Of(http), http.RequestAborted) switch
        {
            ElsewhereOutcome.Allowed => DeviceOutcome.Allowed,
            ElsewhereOutcome.Denied => DeviceOutcome.Denied,
            ElsewhereOutcome.NoRoom => DeviceOutcome.NoRoom,
            _ => DeviceOutcome.Ended,
        };
        return Outcome(http, outcome, request.Client.Name, isByName);
    }

    /// <summary>The name by which a page belongs to its request.</summary>
    public static string NameOf(Guid id) => "device " + id.ToString("N");

    /// <param name="isByName">The app has named the person: there is no device.</param>
    public static IResult Outcome(HttpContext http, DeviceOutcome outcome, string app, bool isByName = false) =>
        PageAnswers.Page<DeviceOutcomePage>(http, new DeviceOutcomeModel { Outcome = outcome, AppName = app, IsByName = isByName });
}
