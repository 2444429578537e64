using System.Collections.Immutable;
using AuthServer.Clients.Directory;
using AuthServer.Configuration;

namespace AuthServer.Protocol.Claims;

/// <summary>For whom an access token is, and with which of its scopes (RFC 8707 section 2).</summary>
public sealed class TokenAudience(ScopeDirectory directory, IssuerOptions issuer)
{
    /// <param name="scopes">Granted.</param>
    /// <param name="resources">The <c>resource</c> parameters; none: every resource of the scopes.</param>
    /// <returns>Null: one of the resources belongs to none of the scopes (<c>invalid_target</c>).</returns>
    public async ValueTask<(ImmutableArray<string> Audience, ImmutableArray<string> Scopes)?> ResolveAsync(
        IReadOnlyCollection<string> scopes, IReadOnlyCollection<string> resources, CancellationToken cancellationToken)
    {
        var owners = new Dictionary<string, ImmutableArray<string>>(StringComparer.Ordinal);
        var registered = await directory.AllAsync(cancellationToken);
        foreach (var scope in scopes) owners[scope] = registered.TryGetValue(scope, out var found) ? found.Resources : [];

        if (resources.Count == 0)
        {
            ImmutableArray<string> all = [.. owners.Values.SelectMany(o => o).Distinct(StringComparer.Ordinal)];
            // A token for no resource is for the issuer, where only userinfo accepts it.
            return (all.IsEmpty ? [issuer.IssuerText] : all, [.. scopes]);
        }

        if (resources.Any(r => r != issuer.IssuerText && !owners.Values.Any(o => o.Contains(r)))) return null;
        return ([.. resources.Distinct(StringComparer.Ordinal)], [.. scopes.Where(s => owners[s].IsEmpty || owners[s].Intersect(resources).Any())]);
    }
}
