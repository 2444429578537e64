using System.Collections.Immutable;
using AuthServer.Clients.Directory;
using AuthServer.Protocol.Claims;
using AuthServer.Sessions;
using AuthServer.Ui;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Authorization;

/// <summary>An authorization request whose client, redirect URI and scopes are right.</summary>
/// <param name="Mark">What has happened with the person for this request before.</param>
/// <param name="Scopes">As asked for.</param>
/// <param name="Claims">The <c>claims</c> parameter as sent.</param>
public sealed record AuthorizationQuestion(
    RegisteredClient Client, BrowserSession? Session, RequestFacts Facts, Interaction? Mark, ImmutableArray<string> Scopes, ImmutableArray<string> Resources,
    string RedirectUri, string? CodeChallenge, string? Nonce, string? Claims);

/// <summary>What becomes of it.</summary>
public abstract record AuthorizationDecision
{
    private AuthorizationDecision()
    {
    }

    /// <summary>A code that stands for this.</summary>
    public sealed record Granted(CodeContent Code) : AuthorizationDecision;

    /// <summary>A page comes first.</summary>
    public sealed record Page(string Path, string? Reason = null) : AuthorizationDecision;

    /// <summary>An error of RFC 6749 section 4.1.2.1 or OpenID Connect Core 3.1.2.6.</summary>
    public sealed record Refused(string Error, string Description) : AuthorizationDecision;
}

/// <summary>Decides an authorization request: who is it, may the app, and with which session.</summary>
public sealed class AuthorizationDecisions(Consents consents, ClientSessions sessions, TokenAudience audience, TimeProvider time)
{

    public async ValueTask<AuthorizationDecision> DecideAsync(AuthorizationQuestion question, CancellationToken cancellationToken)
    {
        var (client, session, facts, mark) = (question.Client, question.Session, question.Facts, question.Mark);
        switch (AuthorizationRequirements.Decide(facts, session, mark, time.GetUtcNow().UtcDateTime))
        {
            case Requirement.Refuse(var error, var description):
                return new AuthorizationDecision.Refused(error, description);
            case Requirement.Page(var path, var reason):
                return new AuthorizationDecision.Page(path, reason);
        }

        if (mark is { Outcome: InteractionOutcome.Denied } && mark.Session == session!.Id)
        {
            return new AuthorizationDecision.Refused(OAuthErrors.AccessDenied, "The person did not allow it.");
        }

        var scopes = ScopeRules.ForPerson(question.Scopes, client, isAdmin: true).ToImmutableArray();
        if (await audience.ResolveAsync(scopes, question.Resources, cancellationToken) is null)
        {
            return new AuthorizationDecision.Refused(OAuthErrors.InvalidTarget, "A resource was asked for that none of the scopes belongs to.");
        }

        var consent = client.Trusted ? null : await consents.FindAsync(session!.UserId, client.Id, cancellationToken);
        if (NeedsConsent(facts, client, consent, scopes, mark, session!))
        {
            return facts.Has(PromptValues.None)
                ? new AuthorizationDecision.Refused(OAuthErrors.ConsentRequired, "The person has not allowed these scopes, and prompt=none asks for no page.")
                : new AuthorizationDecision.Page(PagePaths.Consent);
        }

        var offline = scopes.Contains(Scopes.OfflineAccess);
        var existing = offline ? null : await sessions.FindOnlineAsync(session!.Id, client.ClientId, cancellationToken);
        return new AuthorizationDecision.Granted(new CodeContent(
            client.Id, client.ClientId, session!.UserId, existing ?? Guid.CreateVersion7(time.GetUtcNow()), existing is not null, session.Id, consent?.Id,
            question.RedirectUri, question.CodeChallenge, question.Nonce, scopes, question.Resources, question.Claims));
    }

    // OpenID Connect Core 11: offline access needs consent unless the operator has vouched for the client.
    private static bool NeedsConsent(
        RequestFacts facts, RegisteredClient client, StoredConsent? consent, ImmutableArray<string> scopes, Interaction? mark, BrowserSession session)
    {
        var justAllowed = mark is { Outcome: InteractionOutcome.Allowed } && mark.Session == session.Id;
        if (facts.Has(PromptValues.Consent) && !justAllowed) return true;
        return !client.Trusted && (consent is null || scopes.Except(consent.Scopes).Any());
    }
}
