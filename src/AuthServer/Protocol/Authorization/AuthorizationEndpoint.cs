using System.Collections.Immutable;
using AuthServer.Clients;
using AuthServer.Protocol.Claims;
using AuthServer.Sessions;
using Microsoft.AspNetCore;
using Microsoft.Extensions.Primitives;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Authorization;

/// <summary>The authorization endpoint (RFC 6749 section 3.1, OpenID Connect Core 3.1.2): who is it, may the app, then a code.</summary>
public sealed class AuthorizationEndpoint(
    ClientDirectory clients, Interactions interactions, Consents consents, ClientSessions sessions, TokenAudience audience, TimeProvider time)
    : IOpenIddictServerHandler<HandleAuthorizationRequestContext>
{
    public async ValueTask HandleAsync(HandleAuthorizationRequestContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        var stop = http.RequestAborted;
        var client = (await clients.FindAsync(context.Request.ClientId!, stop))!;
        var requested = RequestedClaims.Parse((string?)context.Request.GetParameter(Parameters.Claims)) ?? RequestedClaims.None;
        var session = await http.GetBrowserSessionAsync();
        var mark = interactions.Read(http.Request.Query);

        var facts = FactsOf(context, client, requested);
        switch (AuthorizationRequirements.Decide(facts, session, mark, time.GetUtcNow().UtcDateTime))
        {
            case Requirement.Refuse(var error, var description):
                context.Reject(error, description);
                return;
            case Requirement.Page(var path, var reason):
                Send(context, http, path, session, reason);
                return;
        }

        if (mark is { Outcome: InteractionOutcome.Denied } && mark.Session == session!.Id)
        {
            context.Reject(OAuthErrors.AccessDenied, "The person did not allow it.");
            return;
        }

        var scopes = ScopeRules.ForPerson(context.Request.GetScopes(), client, isAdmin: true).ToImmutableArray();
        if (await audience.ResolveAsync(scopes, context.Request.GetResources(), stop) is null)
        {
            context.Reject(OAuthErrors.InvalidTarget, "A resource was asked for that none of the scopes belongs to.");
            return;
        }

        var consent = client.Trusted ? null : await consents.FindAsync(session!.UserId, client.Id, stop);
        if (NeedsConsent(facts, client, consent, scopes, mark, session!))
        {
            if (facts.Has(PromptValues.None)) context.Reject(OAuthErrors.ConsentRequired, "The person has not allowed these scopes, and prompt=none asks for no page.");
            else Send(context, http, ConsentPath, session, null);
            return;
        }

        var offline = scopes.Contains(Scopes.OfflineAccess);
        var existing = offline ? null : await sessions.FindOnlineAsync(session!.Id, client.ClientId, stop);
        context.Transaction.SetProperty(CodeIssue.Key, new CodeContent(
            client.Id, client.ClientId, session!.UserId, existing ?? Guid.CreateVersion7(time.GetUtcNow()), existing is not null, session.Id, consent?.Id,
            context.Request.RedirectUri ?? "", context.Request.CodeChallenge, context.Request.Nonce, scopes, context.Request.GetResources(),
            (string?)context.Request.GetParameter(Parameters.Claims)));
        context.SignIn(TokenPrincipal.ForSubject(session.UserId, scopes));
    }

    public const string ConsentPath = "/consent";

    private static RequestFacts FactsOf(HandleAuthorizationRequestContext context, RegisteredClient client, RequestedClaims requested)
    {
        var hint = context.IdentityTokenHintPrincipal?.GetClaim(ClaimNames.Subject);
        TimeSpan? maxAge = context.Request.MaxAge is { } seconds ? TimeSpan.FromSeconds(seconds) : client.DefaultMaxAge;
        return new([.. context.Request.GetPromptValues()], maxAge, [.. new[] { hint, requested.Subject }.OfType<string>()], requested.EssentialAcr);
    }

    // OpenID Connect Core 11: offline access needs consent unless the operator has vouched for the client.
    private static bool NeedsConsent(
        RequestFacts facts, RegisteredClient client, StoredConsent? consent, ImmutableArray<string> scopes, Interaction? mark, BrowserSession session)
    {
        var justAllowed = mark is { Outcome: InteractionOutcome.Allowed } && mark.Session == session.Id;
        if (facts.Has(PromptValues.Consent) && !justAllowed) return true;
        return !client.Trusted && (consent is null || scopes.Except(consent.Scopes).Any());
    }

    private void Send(HandleAuthorizationRequestContext context, HttpContext http, string path, BrowserSession? session, string? reason)
    {
        var back = interactions.Continue(http.Request.Path, http.Request.Query, session?.Id, InteractionOutcome.Asked);
        var query = new Dictionary<string, StringValues> { ["returnUrl"] = back };
        if (reason is not null) query["prompt"] = reason;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Redirect(path + QueryString.Create(query));
        context.HandleRequest();
    }
}
