using AuthServer.Clients.Directory;
using AuthServer.Clients.Scopes;
using AuthServer.Pages;
using AuthServer.Protocol.Claims;
using AuthServer.Sessions;
using AuthServer.Users.Passkeys;
using AuthServer.Users.SecondFactors;
using Microsoft.AspNetCore;
using Microsoft.Extensions.Primitives;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Authorization;

/// <summary>The authorization endpoint (RFC 6749 section 3.1, OpenID Connect Core 3.1.2): who is it, may the app, then a code.</summary>
public sealed class AuthorizationEndpoint(
    Interactions interactions, AuthorizationDecisions decisions, AuthorizationCodes codes, ClientSubjects subjects,
    ClientSectors sectors, SecondFactorOptions secondFactor, PasskeyRules passkeys, RequestHints hints)
    : IOpenIddictServerHandler<HandleAuthorizationRequestContext>
{
    public async ValueTask HandleAsync(HandleAuthorizationRequestContext context)
    {
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        var client = AuthorizationPermissions.ClientOf(context.Transaction);
        var claims = RequestedClaims.Parse((string?)context.Request.GetParameter(Parameters.Claims)) ?? RequestedClaims.None;
        if (!await sectors.HasAsync(client, context.Request.RedirectUri ?? "", http.RequestAborted))
        {
            context.Reject(OAuthErrors.InvalidRequest, "The sector_identifier_uri of the client does not name the redirect_uri.");
            return;
        }

        var session = await http.GetBrowserSessionAsync();
        var facts = FactsOf(context, client, claims, session);
        var question = new AuthorizationQuestion(
            client, session, facts, interactions.Read(
                http, http.Request.Query, session), context.Request.GetScopes(), context.Request.GetResources(),
            context.Request.RedirectUri ?? "", context.Request.CodeChallenge, context.Request.Nonce, claims)
        {
            KeyThumbprint = (string?)context.Request.GetParameter(AuthorizationParameters.KeyThumbprint),
            Details = RequestedDetails.Of(context.Transaction),
        };
        switch (await decisions.DecideAsync(question, http.RequestAborted))
        {
            case AuthorizationDecision.Granted(var content):
                if (await codes.StoreAsync(content, PushedRequest.Of(context.Transaction), http.RequestAborted) is { } code)
                {
                    context.Transaction.SetProperty(CodeIssue.Key, code);
                    context.SignIn(TokenPrincipal.ForSubject(content.UserId, content.Scopes));
                }
                // The client has been deleted, and perhaps registered anew, or the pushed request has been answered meanwhile: the same
                // request meets what there is now.
                else Redirect(context, http, http.Request.Path + http.Request.QueryString);
                break;
            case AuthorizationDecision.Page(var path, var reason):
                Send(context, http, path, session, reason);
                break;
            case AuthorizationDecision.Refused(var error, var description):
                context.Reject(error, description);
                break;
        }
    }

    private RequestFacts FactsOf(
        HandleAuthorizationRequestContext context, RegisteredClient client, RequestedClaims requested, BrowserSession? session)
    {
        var hint = context.IdentityTokenHintPrincipal?.GetClaim(ClaimNames.Subject);
        TimeSpan? maxAge = context.Request.MaxAge is { } seconds ? TimeSpan.FromSeconds(seconds) : client.DefaultMaxAge;
        return new(
            [.. context.Request.GetPromptValues()], maxAge,
            [.. new[] { hint, requested.Subject }.OfType<string>().Select(who => subjects.AccountOf(client, who, session?.UserId))],
            requested.EssentialAcr)
        {
            AcrValues = [.. context.Request.GetAcrValues().Where(AuthenticationContext.IsKnown)],
            ClientWantsSecondFactor = client.RequireSecondFactor,
            OffersSecondFactor = secondFactor.IsOn,
            OffersPasskey = passkeys.ArePossible,
            ChangesAccounts = context.Request.HasScope(ScopeNames.AccountWrite) || context.Request.HasScope(ScopeNames.UsersWrite),
        };
    }

    private void Send(HandleAuthorizationRequestContext context, HttpContext http, string path, BrowserSession? session, string? reason)
    {
        var back = interactions.Continue(http, http.Request.Path, Kept(context, http.Request.Query), session, InteractionOutcome.Asked);
        Redirect(context, http, path + QueryString.Create([new("returnUrl", back), .. AuthorizationRequirements.QueryFor(reason)]));
    }

    // What stands beside a request_uri means nothing (RFC 9126 section 4), and the pages do not read it.
    private IEnumerable<KeyValuePair<string, StringValues>> Kept(HandleAuthorizationRequestContext context, IQueryCollection query) =>
        PushedRequest.Of(context.Transaction) is { } pushed
            ?
            [
                .. query.Where(p => p.Key is Parameters.ClientId or Parameters.RequestUri or Interactions.Parameter),
                new(RequestHints.Parameter, hints.Seal(pushed.Once)),
            ]
            : query;

    private static void Redirect(HandleAuthorizationRequestContext context, HttpContext http, string location)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Redirect(location);
        context.HandleRequest();
    }
}
