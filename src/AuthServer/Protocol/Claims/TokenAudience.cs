using System.Collections.Frozen;
using System.Collections.Immutable;
using AuthServer.Clients.Directory;
using AuthServer.Configuration;
using AuthServer.Keys;

namespace AuthServer.Protocol.Claims;

/// <summary>For whom an access token is, and which scopes it carries there.</summary>
/// <param name="Fault">Why there is no such token (<c>invalid_target</c>, RFC 8707 section 2); null when there is.</param>
/// <param name="Algorithm">With which the access token is signed.</param>
public readonly record struct TokenTarget(
    ImmutableArray<string> Audience, ImmutableArray<string> Scopes, string? Fault = null, string Algorithm = RingKeys.Es256);

/// <summary>Chooses the audience of access tokens (RFC 8707 section 2).</summary>
/// <remarks>
/// The resources asked for; else the client's default; else, with openid, this server, whose userinfo takes no other token; else the one
/// resource of the scopes. A token has two audiences only if two resources are named by the request, the authorization or the client's
/// default, because a resource server could use such a token at the others.
/// </remarks>
public sealed class TokenAudience(ScopeDirectory directory, IssuerOptions issuer)
{
    private readonly ImmutableArray<string> _self = [issuer.IssuerText];
    private readonly ImmutableArray<string> _api = [issuer.ApiAudience];

    private const string NotOfTheScopes =
        "A resource was asked for that none of the scopes belongs to, and the client is not registered for it.";
    private const string NotAuthorized = "A resource was asked for that the authorization request did not name.";
    private const string NothingLeft = "None of the resources that were granted belongs to the client any more.";
    private const string Ambiguous = "The scopes belong to several resources: name one of them with the parameter resource.";

    /// <param name="scopes">Granted.</param>
    /// <param name="asked">The <c>resource</c> parameters of this request.</param>
    /// <param name="authorized">Those of the authorization request; none: every resource of the scopes.</param>
    public async ValueTask<TokenTarget> ResolveAsync(
        RegisteredClient client, ImmutableArray<string> scopes, ImmutableArray<string> asked, ImmutableArray<string> authorized,
        CancellationToken cancellationToken)
    {
        var registered = await directory.AllAsync(cancellationToken);
        if (!asked.IsEmpty)
        {
            if (Open(client, registered, scopes, asked).Length < asked.Length) return new([], [], NotOfTheScopes);
            return !authorized.IsEmpty && asked.Keep(authorized, static (resource, those) => those.Contains(resource)).Length < asked.Length
                ? new([], [], NotAuthorized)
                : For(client, registered, scopes, asked);
        }

        if (!authorized.IsEmpty)
        {
            // The registration may have lost a scope since, and its resource with it.
            var left = Open(client, registered, scopes, authorized);
            return left.IsEmpty ? new([], [], NothingLeft) : For(client, registered, scopes, left);
        }

        var defaults = Open(client, registered, scopes, DefaultsOf(client));
        if (!defaults.IsEmpty) return For(client, registered, scopes, defaults);
        if (scopes.Contains(ScopeRules.OpenId)) return For(client, registered, scopes, _self);
        var all = ResourcesOf(registered, scopes);
        return all.Length > 1 ? new([], [], Ambiguous) : For(client, registered, scopes, all.IsEmpty ? _self : all);
    }

    /// <summary>
    /// The APIs that tokens of an authorization may be for, this server aside: those asked for, or else all of the scopes and of the
    /// registration.
    /// </summary>
    public async ValueTask<ImmutableArray<string>> ApisOfAsync(
        RegisteredClient client, ImmutableArray<string> scopes, ImmutableArray<string> asked, CancellationToken cancellationToken)
    {
        ImmutableArray<string> all = [.. ResourcesOf(await directory.AllAsync(cancellationToken), scopes).Union(client.AllowedResources)];
        return asked.IsEmpty ? all : [.. all.Where(asked.Contains)];
    }

    // An app that takes passwords at /v1/auth/login signs people in to use /v1.
    private ImmutableArray<string> DefaultsOf(RegisteredClient client) =>
        client.DefaultResources.IsEmpty && client.MaySignIn ? _api : client.DefaultResources;

    private static TokenTarget For(
        RegisteredClient client, FrozenDictionary<string, RegisteredScope> registered, ImmutableArray<string> scopes,
        ImmutableArray<string> audience)
    {
        return new(
            audience.Once(),
            scopes.Keep((registered, audience), static (scope, x) => Owners(x.registered, scope) is var owners
                && (owners.IsEmpty || owners.Keep(x.audience, static (owner, audience) => audience.Contains(owner)) is not [])),
            Algorithm: client.AccessTokenSignedResponseAlg == RingKeys.Rs256 ? RingKeys.Rs256 : RingKeys.Es256);
    }

    // This server, and what the scopes or the registration open.
    private ImmutableArray<string> Open(
        RegisteredClient client, FrozenDictionary<string, RegisteredScope> registered, ImmutableArray<string> scopes,
        ImmutableArray<string> resources) =>
        resources.Keep((client, registered, scopes, issuer.IssuerText), static (resource, x) =>
            resource == x.IssuerText || IsOpen(x.client, x.registered, x.scopes, resource));

    // A resource is opened by a scope of its own; one that has none, or whose scopes are not needed, by the registration of the client.
    private static bool IsOpen(
        RegisteredClient client, FrozenDictionary<string, RegisteredScope> registered, ImmutableArray<string> scopes, string resource)
    {
        if (client.AllowedResources.Contains(resource)) return true;
        foreach (var scope in scopes)
        {
            if (Owners(registered, scope).Contains(resource)) return true;
        }

        return false;
    }

    private static ImmutableArray<string> ResourcesOf(
        FrozenDictionary<string, RegisteredScope> registered, ImmutableArray<string> scopes)
    {
        ImmutableArray<string> all = [];
        foreach (var scope in scopes)
        {
            var owners = Owners(registered, scope);
            if (!owners.IsEmpty) all = all.IsEmpty ? owners.Once() : [.. all.Union(owners, StringComparer.Ordinal)];
        }

        return all;
    }

    private static ImmutableArray<string> Owners(FrozenDictionary<string, RegisteredScope> registered, string scope) =>
        registered.TryGetValue(scope, out var found) ? found.Resources : [];
}
