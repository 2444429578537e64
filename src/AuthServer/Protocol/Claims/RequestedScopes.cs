using System.Collections.Immutable;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Scopes;

namespace AuthServer.Protocol.Claims;

/// <summary>Reads a <c>scope</c> parameter (RFC 6749 section 3.3) against what the client is registered for.</summary>
public sealed class RequestedScopes(ScopeDirectory directory)
{
    /// <summary>The first scope that the client may not ask for: it does not exist, or the client is not registered for it.</summary>
    /// <returns>Null when the client may ask for all of them.</returns>
    public async ValueTask<string?> FindBeyondAsync(
        RegisteredClient client, ImmutableArray<string> asked, CancellationToken cancellationToken)
    {
        if (asked.IsEmpty) return null;
        var known = await directory.AllAsync(cancellationToken);
        foreach (var scope in asked)
        {
            if (!client.Scopes.Contains(scope) || !(known.ContainsKey(scope) || ScopeNames.Standard.Contains(scope))) return scope;
        }

        return null;
    }

    /// <summary>The first scope that was asked for and not granted (RFC 6749 section 6); null when all were.</summary>
    public static string? FindBeyond(ImmutableArray<string> asked, ImmutableArray<string> granted)
    {
        foreach (var scope in asked)
        {
            if (!granted.Contains(scope)) return scope;
        }

        return null;
    }
}
