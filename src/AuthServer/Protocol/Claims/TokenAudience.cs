using System.Collections.Immutable;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
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
public sealed partial class TokenAudience(ScopeDirectory directory, IssuerOptions issuer, ILogger<TokenAudience> log)
{
    private readonly ImmutableArray<string> _self = [issuer.IssuerText];
    private readonly ImmutableArray<string> _api = [issuer.ApiAudience];

    // One text, whether the resource is registered or not: which APIs there are is told to those who may use them.
    private const string NotForTheClient =
        "The client may not have tokens for a resource that was asked for. Ask for a scope of that resource too, or have the resource "
        + "added to allowed_resources of the registered client; resource is compared letter by letter.";
    private const string NotAuthorized =
        "A resource was asked for that the authorization request did not name: name it there, or ask for one that it named.";
    private const string NothingLeft = "None of the resources that were granted belongs to the client any more.";
    private const int LongestLogged = 250;
    private const string Ambiguous = "The scopes belong to several resources: name one of them with the parameter resource.";

    /// <param name="scopes">Granted.</param>
    /// <param name="asked">The <c>resource</c> parameters of this request.</param>
    /// <param name="authorized">Those of the authorization request; none: every resource of the scopes.</param>
    public async ValueTask<TokenTarget> ResolveAsync(
        RegisteredClient client, ImmutableArray<string> scopes, ImmutableArray<string> asked, ImmutableArray<string> authorized,
        CancellationToken cancellationToken)
    {
        var registered = await directory.ApisAsync(cancellationToken);
        if (!asked.IsEmpty)
        {
            if (Open(client, registered, scopes, asked) is var open && open.Length < asked.Length)
            {
                Log(client, registered, asked.First(resource => !open.Contains(resource)));
                return new([], [], NotForTheClient);
            }

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
        ImmutableArray<string> all = [.. ResourcesOf(await directory.ApisAsync(cancellationToken), scopes).Union(client.AllowedResources)];
        return asked.IsEmpty ? all : [.. all.Where(asked.Contains)];
    }

    // An app that takes passwords at /v1/auth/login signs people in to use /v1.
    private ImmutableArray<string> DefaultsOf(RegisteredClient client) =>
        client.DefaultResources.IsEmpty && client.MaySignIn ? _api : client.DefaultResources;

    private static TokenTarget For(
        RegisteredClient client, RegisteredApis registered, ImmutableArray<string> scopes, ImmutableArray<string> audience)
    {
        return new(
            audience.Once(),
            scopes.Keep((registered, audience), static (scope, x) => Owners(x.registered, scope) is var owners
                && (owners.IsEmpty || owners.Keep(x.audience, static (owner, audience) => audience.Contains(owner)) is not [])),
            Algorithm: AlgorithmFor(client, registered, audience));
    }

    // Because the resource must be able to verify the token, its own registration counts before that of the client.
    private static string AlgorithmFor(RegisteredClient client, RegisteredApis registered, ImmutableArray<string> audience)
    {
        // FAPI 2.0 Security Profile section 5.4.1: whatever the resource can verify.
        if (SecurityProfiles.IsFapi(client.Profile)) return RingKeys.Es256;
        var chosen = client.AccessTokenSignedResponseAlg;
        foreach (var resource in audience)
        {
            if (!registered.Resources.TryGetValue(resource, out var found) || found.AccessTokenSignedResponseAlg is null) continue;
            chosen = found.AccessTokenSignedResponseAlg;
            break;
        }

        return chosen == RingKeys.Rs256 ? RingKeys.Rs256 : RingKeys.Es256;
    }

    // This server, and what the scopes or the registration open.
    private ImmutableArray<string> Open(
        RegisteredClient client, RegisteredApis registered, ImmutableArray<string> scopes, ImmutableArray<string> resources) =>
        resources.Keep((client, registered, scopes, issuer.IssuerText), static (resource, x) =>
            resource == x.IssuerText || IsOpen(x.client, x.registered, x.scopes, resource));

    // A resource is opened by a scope of its own; one that has none, or whose scopes are not needed, by the registration of the client.
    private static bool IsOpen(RegisteredClient client, RegisteredApis registered, ImmutableArray<string> scopes, string resource)
    {
        if (client.AllowedResources.Contains(resource)) return true;
        foreach (var scope in scopes)
        {
            if (Owners(registered, scope).Contains(resource)) return true;
        }

        return false;
    }

    private static ImmutableArray<string> ResourcesOf(RegisteredApis registered, ImmutableArray<string> scopes)
    {
        ImmutableArray<string> all = [];
        foreach (var scope in scopes)
        {
            var owners = Owners(registered, scope);
            if (!owners.IsEmpty) all = all.IsEmpty ? owners.Once() : [.. all.Union(owners, StringComparer.Ordinal)];
        }

        return all;
    }

    private static ImmutableArray<string> Owners(RegisteredApis registered, string scope) =>
        registered.Scopes.TryGetValue(scope, out var found) ? found.Resources : [];

    private void Log(RegisteredClient client, RegisteredApis registered, string resource)
    {
        var known = registered.Resources.ContainsKey(resource) || registered.Scopes.Values.Any(scope => scope.Resources.Contains(resource));
        LogRefused(
            log, client.ClientId, ForeignText.Clean(resource, LongestLogged),
            known ? "neither a scope that was asked for nor its allowed_resources name it" : "there is no such resource");
    }

    [LoggerMessage(
        Level = LogLevel.Information, Message = "Client {ClientId} was refused a token for the resource {Resource}: {Reason}")]
    private static partial void LogRefused(ILogger logger, string clientId, string? resource, string reason);
}
