using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using AuthServer.Clients.Directory;
using AuthServer.Protocol.Claims;
using AuthServer.Sessions;
using Microsoft.AspNetCore.DataProtection;

namespace AuthServer.Protocol.Authorization.Consent;

/// <summary>What one consent page has shown: to whom, for which request, and every permission on it.</summary>
/// <param name="Request">The request's parameters, as <see cref="Interactions.NameOf"/> names them.</param>
/// <param name="Registration">The row of the client: one that was deleted and made again is another app.</param>
public sealed record ShownConsent(
    string Request, Guid Session, string ClientId, Guid Registration, ImmutableArray<string> Scopes, ImmutableArray<string> Claims,
    ImmutableArray<string> Resources, DateTime At)
{
    public ConsentGiven Given => new(Scopes, Claims, Resources);
}

/// <summary>Seals what a consent page shows into its form, so that Allow allows that and nothing else.</summary>
public sealed class ShownConsents(IDataProtectionProvider protection, TimeProvider time)
{
    /// <summary>The field of the form.</summary>
    public const string Field = "shown";

    private const int Longest = 16 * 1024;

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(30);

    private readonly IDataProtector _protector = protection.CreateProtector("authplatform/consent/1");

    public string Seal(string request, BrowserSession session, RegisteredClient client, Disclosure disclosure)
    {
        var shown = new ShownConsent(
            request, session.Id, client.ClientId, client.Id, disclosure.Scopes, disclosure.SingleClaims, disclosure.Resources,
            time.GetUtcNow().UtcDateTime);
        return Base64Url.EncodeToString(_protector.Protect(JsonSerializer.SerializeToUtf8Bytes(shown)));
    }

    /// <returns>Null unless this server sealed it for this request and session, in the last half hour.</returns>
    public ShownConsent? Open(string text, string request, BrowserSession session)
    {
        if (text.Length is 0 or > Longest || !Base64Url.IsValid(text)) return null;
        try
        {
            var shown = JsonSerializer.Deserialize<ShownConsent>(_protector.Unprotect(Base64Url.DecodeFromChars(text)));
            return shown is not null && shown.Request == request && shown.Session == session.Id
                && time.GetUtcNow().UtcDateTime - shown.At < Life
                ? shown
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
