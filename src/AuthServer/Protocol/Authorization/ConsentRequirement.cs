using System.Collections.Immutable;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Protocol.Claims;
using AuthServer.Ui;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Authorization;

/// <summary>When the consent page is needed before a code is issued.</summary>
public sealed class ConsentRequirement(TokenAudience audience)
{
    /// <summary>What the consent page shows, and what a stored consent must cover.</summary>
    public async ValueTask<Disclosure> ShownAsync(
        RegisteredClient client, ImmutableArray<string> scopes, RequestedClaims claims, ImmutableArray<string> resources,
        CancellationToken cancellationToken)
    {
        var disclosure = Disclosure.Of(scopes, claims, client, isAdmin: true);
        return disclosure with { Resources = await audience.ApisOfAsync(client, disclosure.Scopes, resources, cancellationToken) };
    }

    /// <summary>The consent page, or the error in its place where the request allows no page.</summary>
    /// <returns>Null when the person need not be asked.</returns>
    public async ValueTask<AuthorizationDecision?> FindAsync(
        AuthorizationQuestion question, Disclosure disclosure, StoredConsent? consent, CancellationToken cancellationToken)
    {
        var (client, session, facts, mark) = (question.Client, question.Session!, question.Facts, question.Mark);
        var silent = facts.Has(PromptValues.None);
        var justAllowed = mark is { Outcome: InteractionOutcome.Allowed } && mark.Session == session.Id;
        // OpenID Connect Core 11: offline access needs consent unless the operator has vouched for the client.
        if (!client.Trusted && (consent is null || IsElsewhere(question, consent) || !consent.Covers(
            disclosure with { Resources = await audience.ApisOfAsync(client, disclosure.Scopes, question.Resources, cancellationToken) })
            // A person who has allowed one payment has not allowed the next one.
            || (question.Details is not null && !justAllowed)))
        {
            return silent
                ? new AuthorizationDecision.Refused(
                    OAuthErrors.ConsentRequired, "The person has not allowed all of this, and prompt=none asks for no page.")
                : new AuthorizationDecision.Page(PagePaths.Consent);
        }

        if (facts.Has(PromptValues.Consent) && !justAllowed) return new AuthorizationDecision.Page(PagePaths.Consent);
        // Because another program could have sent this request and be waiting at the address, the person acts each time (RFC 8252 section
        // 8.6).
        if (client.IsPublic && client.IsNative && !RedirectUris.IsClaimed(question.RedirectUri)
            && !justAllowed && !AuthorizationRequirements.SignedInFor(mark, session))
        {
            return silent
                ? new AuthorizationDecision.Refused(
                    OAuthErrors.InteractionRequired,
                    "A native app without a claimed https address is never answered silently (RFC 8252 section 8.6).")
                : new AuthorizationDecision.Page(PagePaths.Consent);
        }

        return null;
    }

    // An app that nobody knows may have registered the address of another beside its own: who has allowed that it returns to the one has
    // not allowed it for the other.
    private static bool IsElsewhere(AuthorizationQuestion question, StoredConsent consent) =>
        question.Client is { IsSelfRegistered: true, Publisher: null } client
        && RedirectUris.PlaceOf(RedirectUris.Meant(client.RedirectUris, question.RedirectUri)) is { } place
        && !consent.Places.Contains(place);
}
