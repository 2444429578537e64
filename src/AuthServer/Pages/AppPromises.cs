using AuthServer.Clients.Directory;
using AuthServer.Ui.Controls;
using AuthServer.Ui.Protocol.Consent;

namespace AuthServer.Pages;

/// <summary>What an app may see and do, in the words of the consent page and of the list of connected apps.</summary>
public static class AppPromises
{
    public static IEnumerable<ScopePromise> Of(AllowedThings allowed, AccountChip account, RegisteredApis registered)
    {
        foreach (var scope in allowed.Scopes)
        {
            var found = registered.Scopes.GetValueOrDefault(scope);
            // Where an operator has registered a scope of that name, it means what they say.
            if (found is null && ScopePromises.ForStandard(scope, account) is { } standard)
            {
                yield return standard;
                continue;
            }

            var resources = found is null ? [] : found.Resources.Intersect(allowed.Resources).Select(NameOf).ToList();
            yield return ScopePromises.ForApi(scope, found?.Description, resources.Count == 0 ? null : string.Join(", ", resources));
        }

        var ofScopes = allowed.Scopes.SelectMany(scope => registered.Scopes.TryGetValue(scope, out var found) ? found.Resources : []);
        foreach (var resource in allowed.Resources.Except(ofScopes))
        {
            yield return ScopePromises.ForResource(resource, registered.Resources.GetValueOrDefault(resource)?.DisplayName);
        }

        foreach (var promise in ScopePromises.ForClaims(allowed.Claims, account)) yield return promise;

        string NameOf(string resource) => registered.Resources.GetValueOrDefault(resource)?.DisplayName ?? resource;
    }

    /// <summary>Whose the app is: the host that describes it, its site, or the host that the person returns to.</summary>
    /// <param name="redirectUri">Where the answer of this request goes; null: nothing is sent anywhere.</param>
    public static string? DomainOf(RegisteredClient client, string? redirectUri) => client switch
    {
        { Publisher: { } publisher } => publisher,
        // What a client says of itself is no proof; where the answer goes is. Of the addresses that it has registered, others may belong
        // to somebody else.
        { IsSelfRegistered: true } => HostOf(redirectUri),
        _ => HostOf(client.ClientUri ?? client.RedirectUris.FirstOrDefault()),
    };

    /// <summary>
    /// As <see cref="DomainOf"/>, where there is no request: of an app that nobody knows, every host that people return to.
    /// </summary>
    public static string? DomainsOf(RegisteredClient client)
    {
        if (client is not { IsSelfRegistered: true, Publisher: null }) return DomainOf(client, redirectUri: null);
        var hosts = string.Join(", ", client.RedirectUris.Select(HostOf).OfType<string>().Distinct(StringComparer.Ordinal));
        return hosts.Length > 0 ? hosts : null;
    }

    public static string? HostOf(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Host.Length > 0 ? uri.Host : null;
}
