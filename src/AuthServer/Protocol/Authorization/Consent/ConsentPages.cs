using System.Collections.Immutable;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Configuration;
using AuthServer.Protocol.Claims;
using AuthServer.Sessions;
using AuthServer.Ui.Controls;
using AuthServer.Ui.Layout;
using AuthServer.Ui.Protocol.Consent;
using AuthServer.Ui;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace AuthServer.Protocol.Authorization.Consent;

/// <summary>The consent page: the person allows an app what it asks for, in words, or does not.</summary>
public static class ConsentPages
{

    public static void MapConsentPages(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(PagePaths.Consent, ShowAsync);
        routes.MapPost(PagePaths.Consent, AnswerAsync);
    }

    private static async Task<IResult> ShowAsync(
        string? returnUrl, HttpContext http, ClientDirectory clients, ScopeDirectory scopes, Branding branding)
    {
        if (await ReadAsync(returnUrl, http, clients) is not var (session, client, parameters)) return Results.Redirect("/");
        var account = new AccountChip(session.DisplayName, session.Email, session.Initials);
        var registered = await scopes.AllAsync(http.RequestAborted);
        var promises = new List<ScopePromise>();
        foreach (var scope in ScopesOf(parameters, client))
        {
            if (ScopePromises.ForStandard(scope, account) is { } standard) promises.Add(standard);
            else promises.Add(ScopePromises.ForApi(scope, registered.GetValueOrDefault(scope)?.Description, null));
        }

        if ((string?)parameters.GetValueOrDefault("redirect_uri") is { } redirectUri && RegisteredRedirects.Allow(client, redirectUri)) FormActionOrigins.Allow(http, redirectUri);
        http.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult<ConsentPage>(new
        {
            Model = new ConsentModel
            {
                AppName = client.Name,
                AppDomain = DomainOf(client),
                LogoUrl = client.LogoUri,
                Account = account,
                SwitchUrl = PagePaths.SignIn + QueryString.Create("returnUrl", returnUrl!).Add("prompt", "select_account"),
                ReturnUrl = returnUrl!,
                Scopes = promises,
                ServerName = branding.Name,
            },
        });
    }

    private static async Task<IResult> AnswerAsync(
        HttpContext http, IAntiforgery antiforgery, ClientDirectory clients, Consents consents, Interactions interactions)
    {
        if (!http.Request.HasFormContentType) return Results.StatusCode(StatusCodes.Status400BadRequest);
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        // Not from our page, or from that of another session.
        if (!await antiforgery.IsRequestValidAsync(http)) return Results.StatusCode(StatusCodes.Status400BadRequest);
        if (await ReadAsync(form["returnUrl"], http, clients) is not var (session, client, parameters)) return Results.Redirect("/");
        var allowed = form["decision"] == "allow";
        if (allowed)
        {
            await consents.GiveAsync(session.UserId, client.Id, client.ClientId, ScopesOf(parameters, client), Caller.Of(http), http.RequestAborted);
        }

        http.Response.Headers.Location = interactions.Continue(
            ProtocolPaths.Authorization, parameters, session.Id, allowed ? InteractionOutcome.Allowed : InteractionOutcome.Denied);
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>Where the app registered itself: its site, or the host that the person returns to.</summary>
    private static string? DomainOf(RegisteredClient client) =>
        Uri.TryCreate(client.ClientUri ?? client.RedirectUris.FirstOrDefault(), UriKind.Absolute, out var uri) && uri.Host.Length > 0 ? uri.Host : null;

    // The authorization endpoint judges the whole request again afterwards; here it is only read.
    private static async Task<(BrowserSession Session, RegisteredClient Client, Dictionary<string, StringValues> Parameters)?> ReadAsync(
        string? returnUrl, HttpContext http, ClientDirectory clients)
    {
        if (returnUrl is null || !returnUrl.StartsWith(ProtocolPaths.Authorization + "?", StringComparison.Ordinal)) return null;
        var parameters = QueryHelpers.ParseQuery(returnUrl[ProtocolPaths.Authorization.Length..]);
        if (!parameters.TryGetValue("client_id", out var clientId) || clientId.Count != 1) return null;
        return await http.GetBrowserSessionAsync() is { } session && await clients.FindAsync(clientId!, http.RequestAborted) is { } client
            ? (session, client, parameters)
            : null;
    }

    private static ImmutableArray<string> ScopesOf(Dictionary<string, StringValues> parameters, RegisteredClient client) =>
        parameters.TryGetValue("scope", out var scope)
            ? [.. ScopeRules.ForPerson(ScopeRules.Split(scope), client, isAdmin: true).Where(client.Scopes.Contains).Distinct()]
            : [];
}
