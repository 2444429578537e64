using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.Registration;
using AuthServer.Configuration;
using AuthServer.Pages;
using AuthServer.Protocol.Claims;
using AuthServer.Protocol.Details;
using AuthServer.Sessions;
using AuthServer.Ui;
using AuthServer.Ui.Layout;
using AuthServer.Ui.Protocol.Consent;
using AuthServer.Ui.Resources;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Authorization.Consent;

/// <summary>The consent page: the person allows an app what it asks for, in words, or does not.</summary>
public static class ConsentPages
{
    public static void MapConsentPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(PagePaths.Consent, ShowAsync);
        routes.MapPost(PagePaths.Consent, AnswerAsync).WithMetadata(new RequestSizeLimitAttribute(PostedForm.MaxSize));
    }

    private static async Task<IResult> ShowAsync(
        string? returnUrl, HttpContext http, ClientDirectory clients, ScopeDirectory scopes, ConsentRequirement requirement,
        ShownConsents shown, PushedRequests pushed, Interactions interactions, AuthorizationDetails details,
        ClientRegistrationOptions registration, TimeProvider time, Branding branding)
    {
        if (RequestBehind(returnUrl) is not { } request) return PageAnswers.SeeOther(http, ReturnAddress.Home);
        // Whatever is wrong with it, or has changed since, the authorization endpoint says or mends.
        if (await http.GetBrowserSessionAsync() is not { } session || await request.AppAsync(http, clients) is not { } client)
        {
            return PageAnswers.SeeOther(http, request.Address);
        }

        var begun = interactions.Read(http, request.Parameters, session) is not null;
        if (await AskedAsync(request, client, pushed, begun, http.RequestAborted) is not { } asked)
        {
            return PageAnswers.SeeOther(http, request.Address);
        }

        var (detailed, fault) = details.Read(client, asked(AuthorizationDetails.Parameter).FirstOrDefault());
        if (fault is not null) return PageAnswers.SeeOther(http, request.Address);
        var disclosure = await requirement.ShownAsync(
            client, SpaceList.Split(asked(Parameters.Scope).FirstOrDefault()),
            RequestedClaims.Parse(asked(Parameters.Claims).FirstOrDefault()) ?? RequestedClaims.None,
            [.. asked(Parameters.Resource)], http.RequestAborted);
        var redirect = RedirectUris.Meant(client.RedirectUris, asked(Parameters.RedirectUri).FirstOrDefault());
        var account = PageAnswers.Chip(session)!;
        return PageAnswers.Page<ConsentPage>(http, new ConsentModel
        {
            AppName = client.Name,
            AppDomain = AppPromises.DomainOf(client, redirect),
            Publisher = client.Publisher,
            ReturnsTo = client.Publisher is null ? null : AppPromises.HostOf(redirect),
            // RFC 8252 section 8.6: an operator has looked at the apps that they register, nobody at these.
            IsLocal = client.IsSelfRegistered && RedirectUris.IsOfThisMachine(redirect),
            LogoUrl = client.IsSelfRegistered ? null : client.LogoUri,
            IsUnconfirmed = client.IsSelfRegistered,
            Ends = registration.EndOfConsent(client, time.GetUtcNow().UtcDateTime),
            PolicyUrl = client.PolicyUri,
            TermsUrl = client.TosUri,
            Account = account,
            SwitchUrl = PagePaths.SignIn + QueryString.Create("returnUrl", request.Address).Add("prompt", "switch"),
            ReturnUrl = request.Address,
            Shown = shown.Seal(Interactions.NameOf(request.Parameters), session, client, disclosure, RedirectUris.PlaceOf(redirect)),
            Scopes =
            [
                .. detailed is null ? [] : details.InWords(detailed, Language.CurrentTag).Select(ScopePromises.ForDetail),
                .. AppPromises.Of(
                    new(disclosure.Scopes, disclosure.SingleClaims, disclosure.Resources), account,
                    await scopes.ApisAsync(http.RequestAborted)),
            ],
            ServerName = branding.Name,
        });
    }

    private static async Task<IResult> AnswerAsync(
        HttpContext http, IAntiforgery antiforgery, ClientDirectory clients, ConsentStore consents, ShownConsents shown,
        Interactions interactions)
    {
        var form = await PostedForm.ReadAsync(http, antiforgery);
        if (RequestBehind(form["returnUrl"]) is not { } request) return PageAnswers.GoOn(http, ReturnAddress.Home);
        // The person has signed out or become another one while the page was open, the keys are gone, or the page was not ours: the request
        // is asked anew.
        if (!form.IsGenuine || await http.GetBrowserSessionAsync() is not { } session
            || shown.Open(form[ShownConsents.Field], Interactions.NameOf(request.Parameters), session) is not { } page
            || await clients.FindAsync(page.ClientId, http.RequestAborted) is not { } client || client.Id != page.Registration)
        {
            return PageAnswers.GoOn(http, request.Address);
        }

        InteractionOutcome? outcome = form["decision"] != "allow"
            ? InteractionOutcome.Denied
            : await consents.GiveAsync(session.UserId, client, page.Given, Caller.Of(http), http.RequestAborted) switch
            {
                ConsentOutcome.Given => InteractionOutcome.Allowed,
                ConsentOutcome.NoRoom => InteractionOutcome.NoRoom,
                _ => null,
            };
        return PageAnswers.GoOn(http, outcome is { } became
            ? interactions.Continue(http, ProtocolPaths.Authorization, request.Parameters, session, became, page.Id)
            : request.Address);
    }

    // The parameters of the request, which are in the address or were pushed; null for a pushed request that has ended.
    private static async ValueTask<Func<string, IEnumerable<string>>?> AskedAsync(
        ReturnAddress request, RegisteredClient client, PushedRequests pushed, bool begun, CancellationToken stop)
    {
        if (request.Once(Parameters.RequestUri) is not { } requestUri) return request.All;
        // Past its time only for whom the authorization endpoint has sent here; everybody else it tells what is wrong.
        return await pushed.FindAsync(requestUri, client.ClientId, begun, stop) is { } found ? found.All : null;
    }

    // The home page is an address to return to as well, and no request.
    private static ReturnAddress? RequestBehind(string? returnUrl) =>
        ReturnAddress.ToAuthorization(returnUrl) is { Parameters.Count: > 0 } request ? request : null;
}
