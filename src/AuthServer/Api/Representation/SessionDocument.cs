using System.Text.Json.Serialization;
using AuthServer.Audit;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.Sessions;

namespace AuthServer.Api.Representation;

/// <summary>A session in JSON.</summary>
/// <param name="Kind">browser, or app.</param>
/// <param name="Current">It is the one that asks.</param>
/// <param name="ParentId">The browser session that an app was opened from.</param>
/// <param name="Browser">As far as the User-Agent says.</param>
/// <param name="System">As far as the User-Agent says.</param>
/// <param name="Place">Where the address is, as far as GEOIP_DATABASE says; in English.</param>
public sealed record SessionDocument(
    Guid Id, string Kind, bool Current, string? ClientId, Guid? ParentId, IReadOnlyList<string> Scopes, DateTime? CreatedAt,
    DateTime? LastSeenAt, DateTime ExpiresAt, string? IpAddress, string? UserAgent, string? Browser, string? System,
    string? Place)
{
    public static SessionDocument Of(ListedSession session, Guid? current, Places places)
    {
        var device = Device.Of(session.UserAgent);
        return new(
            session.Id, session.Kind == SessionKind.Browser ? "browser" : "app", session.Id == current, session.ClientId, session.ParentId,
            SpaceList.Split(session.Scopes), session.CreatedAt, session.LastSeenAt, session.ExpiresAt, session.IpAddress,
            session.UserAgent, device.Browser, device.System, places.Of(session.IpAddress));
    }
}

/// <summary>The sessions of a person in JSON.</summary>
public sealed record SessionsDocument(IReadOnlyList<SessionDocument> Sessions);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SessionsDocument))]
internal sealed partial class SessionJson : JsonSerializerContext;
