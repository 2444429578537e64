using System.Collections.Immutable;
using System.Text;
using AuthServer.Clients.Directory;
using AuthServer.Data.Sql;
using AuthServer.Protocol.Authorization.Consent;
using AuthServer.Protocol.Claims;
using AuthServer.Protocol.Details;
using AuthServer.Sessions;
using AuthServer.Telemetry;
using AuthServer.Ui;
using AuthServer.Users.Proofs;
using AuthServer.Users.SecondFactors;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Authorization;

/// <summary>An authorization request whose client, redirect URI and scopes are right.</summary>
/// <param name="Mark">What has happened with the person for this request before.</param>
/// <param name="Scopes">As asked for.</param>
public sealed record AuthorizationQuestion(
    RegisteredClient Client, BrowserSession? Session, RequestFacts Facts, Interaction? Mark, ImmutableArray<string> Scopes,
    ImmutableArray<string> Resources,
    string RedirectUri, string? CodeChallenge, string? Nonce, RequestedClaims Claims)
{
    /// <summary>The <c>dpop_jkt</c> (RFC 9449 section 10); null where there is none.</summary>
    public string? KeyThumbprint { get; init; }

    /// <summary>RFC 9396, as the rules have let them pass; null where there are none.</summary>
    public string? Details { get; init; }
}

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
public sealed class AuthorizationDecisions(
    ConsentStore consents, ConsentRequirement requirement, ClientSessions sessions, TokenAudience audience, ConfirmationRules confirmation,
    SecondFactorRequirement factors, UsedOnce used, TimeProvider time)
{
    public ValueTask<AuthorizationDecision> DecideAsync(AuthorizationQuestion question, CancellationToken cancellationToken) =>
        Decisions.AreRecorded ? RecordedAsync(question, cancellationToken) : FindAsync(question, cancellationToken);

    private async ValueTask<AuthorizationDecision> RecordedAsync(AuthorizationQuestion question, CancellationToken cancellationToken)
    {
        using var span = Decisions.Begin("authorize");
        var decision = await FindAsync(question, cancellationToken);
        span?.SetTag(Decisions.ClientId, question.Client.ClientId)
            .SetTag(Decisions.Error, (decision as AuthorizationDecision.Refused)?.Error);
        span.End(decision switch
        {
            AuthorizationDecision.Granted => "granted",
            // A path of ours, such as /signin or /consent; what follows it is the request, sealed.
            AuthorizationDecision.Page(var path, _) => "page " + path.Split('?')[0],
            _ => "refused",
        });
        return decision;
    }

    private async ValueTask<AuthorizationDecision> FindAsync(AuthorizationQuestion question, CancellationToken cancellationToken)
    {
        var (client, session, facts, mark) = (question.Client, question.Session, question.Facts, question.Mark);
        // Whoever has said no need not sign in to be heard.
        if (mark is { Outcome: InteractionOutcome.Denied } && mark.Session == session?.Id)
        {
            return new AuthorizationDecision.Refused(OAuthErrors.AccessDenied, "The person did not allow it.");
        }

        switch (AuthorizationRequirements.Decide(facts, session, mark, time.GetUtcNow().UtcDateTime))
        {
            case Requirement.Refuse(var error, var description):
                return new AuthorizationDecision.Refused(error, description);
            // Whoever has none is asked for nothing that they cannot give.
            case Requirement.Page(_, AuthorizationRequirements.ByPasskey)
                when !await factors.HasPasskeyAsync(session!.UserId, cancellationToken):
                var (unmet, why) = AuthorizationRequirements.Unreachable;
                return new AuthorizationDecision.Refused(unmet, why);
            case Requirement.Page(var path, var reason):
                return new AuthorizationDecision.Page(path, reason);
        }

        if (confirmation.AreRequired && !session!.EmailConfirmed)
        {
            return facts.Has(PromptValues.None)
                ? new AuthorizationDecision.Refused(OAuthErrors.InteractionRequired, "The person has to confirm their address first.")
                : new AuthorizationDecision.Page(PagePaths.ConfirmEmail);
        }

        if (mark is { Outcome: InteractionOutcome.NoRoom } && mark.Session == session!.Id)
        {
            return new AuthorizationDecision.Refused(OAuthErrors.TemporarilyUnavailable, RoomForClients.None);
        }

        var disclosure = Disclosure.Of(question.Scopes, question.Claims, client, isAdmin: true);
        // Without a resource here, one may still be named at the token endpoint (RFC 8707 section 2.2).
        if (!question.Resources.IsEmpty &&
            (await audience.ResolveAsync(client, disclosure.Scopes, question.Resources, [], cancellationToken)).Fault is { } fault)
        {
            return new AuthorizationDecision.Refused(OAuthErrors.InvalidTarget, fault);
        }

        var consent = client.Trusted ? null : await consents.FindAsync(session!.UserId, client.Id, cancellationToken);
        if (await requirement.FindAsync(question, disclosure, consent, cancellationToken) is { } ask) return ask;
        // Before the code: where it cannot be stored the person is asked again.
        if (question.Details is not null && !client.Trusted && !await TakeAsync(mark))
        {
            return new AuthorizationDecision.Page(PagePaths.Consent);
        }


        var offline = disclosure.Scopes.Contains(Scopes.OfflineAccess);
        var existing = offline ? null : await sessions.FindOnlineAsync(session!.Id, client.ClientId, cancellationToken);
        return new AuthorizationDecision.Granted(new CodeContent(
            client.Id, client.ClientId, session!.UserId, existing
                ?? Guid.CreateVersion7(time.GetUtcNow()), existing is not null, session.Id, consent?.Id,
            question.RedirectUri, question.CodeChallenge, question.Nonce, disclosure.Scopes, question.Resources,
            KeptDetails.Join(disclosure.ClaimsText(), question.Details))
        {
            KeyThumbprint = question.KeyThumbprint,
            Ends = consent?.Ends,
        });
    }

    // The address with the mark of an approval can be opened again, and a consent page be sent twice: one Allow is one payment. A mark that
    // only a later sign-in has kept alive is older than what is remembered.
    private async ValueTask<bool> TakeAsync(Interaction? mark)
    {
        if (mark is not { Outcome: InteractionOutcome.Allowed, Approval: { } approval }) return false;
        var end = mark.Made + Interactions.Life;
        return time.GetUtcNow().UtcDateTime < end
            && await used.TryAsync(Encoding.UTF8.GetBytes($"approval\0{approval}"), end + ShownConsents.Life, CancellationToken.None);
    }
}
