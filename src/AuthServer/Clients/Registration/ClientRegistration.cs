using System.Text.Json;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.Secrets;
using AuthServer.Data.Entities;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Clients.Registration;

/// <summary>Writes client metadata into the row that OpenIddict reads.</summary>
public static class ClientRegistration
{
    /// <summary>In characters, as the columns have room for.</summary>
    public const int LongestClientId = 100;

    /// <summary>RFC 6749 appendix A.1, without the space, which HTTP Basic and logs handle badly.</summary>
    public static bool IsValidClientId(string clientId) =>
        clientId is { Length: > 0 and <= LongestClientId } && clientId.All(c => c is > ' ' and < '\x7f');

    /// <summary>Makes the row of a new client; of the secret, where there is one, only the digest is stored.</summary>
    public static Client NewClient(Guid id, string clientId, ClientMetadata metadata, string? secret, ClientSecrets secrets)
    {
        var client = Columns(clientId, metadata);
        client.Id = id;
        client.ClientSecret = secret is null ? null : secrets.Digest(secret);
        client.ConcurrencyToken = NewConcurrencyToken();
        return client;
    }

    /// <summary>Brings a row to the state of the metadata.</summary>
    /// <returns>Whether anything changed.</returns>
    public static bool Update(Client client, ClientMetadata metadata, string? secret, ClientSecrets secrets)
    {
        var changed = false;
        var target = Columns(client.ClientId!, metadata);
        if (!SameRegistration(client, target))
        {
            ClientColumns.CopyRegistration(target, client);
            changed = true;
        }
        // Also when only the form is an older one, or the key is that of SECRET_KEY_PREVIOUS.
        if (secret is null ? client.ClientSecret is not null : client.ClientSecret is null
            || !secrets.IsCurrent(secret, client.ClientSecret))
        {
            client.ClientSecret = secret is null ? null : RenewedDigest(client, secret, secrets) ?? secrets.Digest(secret);
            changed = true;
        }
        if (changed) client.ConcurrencyToken = NewConcurrencyToken();
        return changed;
    }

    /// <summary>Brings a row to the state of the metadata and leaves its secret; the digest may move to the current key.</summary>
    /// <returns>Whether anything changed.</returns>
    public static bool UpdateKeepingSecret(Client client, ClientMetadata metadata, string secret, ClientSecrets secrets)
    {
        var target = Columns(client.ClientId!, metadata);
        var same = SameRegistration(client, target);
        if (!same) ClientColumns.CopyRegistration(target, client);
        if (RenewDigest(client, secret, secrets)) return true;
        if (!same) client.ConcurrencyToken = NewConcurrencyToken();
        return !same;
    }

    /// <summary>Brings a row to the state of the metadata, and leaves its secret.</summary>
    public static void Replace(Client client, ClientMetadata metadata)
    {
        ClientColumns.CopyRegistration(Columns(client.ClientId!, metadata), client);
        client.ConcurrencyToken = NewConcurrencyToken();
    }

    /// <summary>Moves the digest of a secret to the current form and key when it is the row's newest secret.</summary>
    public static bool RenewDigest(Client client, string? secret, ClientSecrets secrets)
    {
        if (secret is null || RenewedDigest(client, secret, secrets) is not { } renewed) return false;
        SetSecret(client, renewed);
        return true;
    }

    /// <summary>Writes another stored form of the client's secret.</summary>
    public static void SetSecret(Client client, string stored)
    {
        client.ClientSecret = stored;
        client.ConcurrencyToken = NewConcurrencyToken();
    }

    private static string? RenewedDigest(Client client, string secret, ClientSecrets secrets) =>
        client.ClientSecret is { } stored ? secrets.Renew(secret, stored) : null;

    private static Client Columns(string clientId, ClientMetadata metadata) => new()
    {
        ClientId = clientId,
        DisplayName = metadata.ClientName,
        ApplicationType = metadata.ApplicationType,
        ClientType = metadata.IsPublic ? ClientTypes.Public : ClientTypes.Confidential,
        ConsentType = metadata.Trusted ? ConsentTypes.Implicit : ConsentTypes.Explicit,
        RedirectUris = ClientColumns.WriteList(metadata.RedirectUris),
        PostLogoutRedirectUris = ClientColumns.WriteList(metadata.PostLogoutRedirectUris),
        Permissions = ClientColumns.WriteList(PermissionsOf(metadata)),
        Requirements = ClientColumns.WriteList(metadata.MustUsePkce ? [Requirements.Features.ProofKeyForCodeExchange] : []),
        JsonWebKeySet = metadata.Jwks is { } jwks ? JsonSerializer.Serialize(jwks) : null,
        Properties = ClientColumns.WriteMetadata(metadata.Json),
    };

    private static IEnumerable<string> PermissionsOf(ClientMetadata metadata)
    {
        yield return Permissions.Endpoints.Token;
        yield return Permissions.Endpoints.Revocation;
        if (metadata.GrantTypes.Contains(GrantTypes.AuthorizationCode))
        {
            yield return Permissions.Endpoints.Authorization;
            yield return Permissions.Endpoints.PushedAuthorization;
            yield return Permissions.Endpoints.EndSession;
        }
        // CIBA comes in by the same events.
        if (metadata.GrantTypes.Contains(GrantTypes.DeviceCode) || metadata.GrantTypes.Contains(GrantNames.Ciba))
        {
            yield return Permissions.Endpoints.DeviceAuthorization;
        }

        // RFC 7662 section 2.1: the endpoint is for those who can prove who they are.
        if (!metadata.IsPublic) yield return Permissions.Endpoints.Introspection;
        foreach (var grant in metadata.GrantTypes) yield return Permissions.Prefixes.GrantType + grant;
        foreach (var type in metadata.ResponseTypes) yield return Permissions.Prefixes.ResponseType + type;
        foreach (var scope in metadata.Scopes) yield return Permissions.Prefixes.Scope + scope;
    }

    private static bool SameRegistration(Client a, Client b) => ClientColumns.AreSame(a, b) && a.Properties == b.Properties;

    private static string NewConcurrencyToken() => Guid.CreateVersion7().ToString();
}
