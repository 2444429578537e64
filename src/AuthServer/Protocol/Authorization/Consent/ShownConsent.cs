using System.Collections.Immutable;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Keys;
using AuthServer.Protocol.Claims;
using AuthServer.Sessions;
using Microsoft.AspNetCore.DataProtection;

namespace AuthServer.Protocol.Authorization.Consent;

/// <summary>What one consent page has shown: to whom, for which request, and every permission on it.</summary>
/// <param name="Id">Of this page: the same request has another one each time that it is shown.</param>
/// <param name="Request">The request's parameters, as <see cref="Interactions.NameOf"/> names them.</param>
/// <param name="Registration">The row of the client: one that was deleted and made again is another app.</param>
public sealed record ShownConsent(
    Guid Id, string Request, Guid Session, string ClientId, Guid Registration, ImmutableArray<string> Scopes, ImmutableArray<string> Claims,
    ImmutableArray<string> Resources, DateTime At)
{
    /// <summary>Where the answer goes, as <see cref="RedirectUris.PlaceOf"/> says it; null: nowhere.</summary>
    public string? Place { get; init; }

    public ConsentGiven Given => new(Scopes, Claims, Resources) { Place = Place };
}

/// <summary>Seals what a consent page shows into its form, so that Allow allows that and nothing else.</summary>
public sealed class ShownConsents(IDataProtectionProvider protection, TimeProvider time)
{
    /// <summary>The field of the form.</summary>
    public const string Field = "shown";

    /// <summary>How long a page can be answered.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(30);

    private readonly SealedText _sealed = new(protection, "authplatform/consent/1", longest: 16 * 1024);

    public string Seal(string request, BrowserSession session, RegisteredClient client, Disclosure disclosure, string? place = null)
    {
        var now = time.GetUtcNow();
        var shown = new ShownConsent(
            Guid.CreateVersion7(now), request, session.Id, client.ClientId, client.Id, disclosure.Scopes, disclosure.SingleClaims,
            disclosure.Resources, now.UtcDateTime) { Place = place };
        return _sealed.Seal(shown);
    }

    /// <returns>Null unless this server sealed it for this request and session, in the last half hour.</returns>
    public ShownConsent? Open(string text, string request, BrowserSession session) =>
        _sealed.Open<ShownConsent>(text) is { } shown && shown.Request == request && shown.Session == session.Id
            && time.GetUtcNow().UtcDateTime - shown.At < Life
            ? shown
            : null;
}
