using System.Collections.Immutable;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Scopes;

namespace AuthServer.Protocol.Claims;

/// <summary>Reads a <c>scope</c> parameter (RFC 6749 section 3.3) against what the client is registered for.</summary>
public sealed class RequestedScopes(ScopeDirectory directory)
{
    /// <summary>The scopes of the parameter in their order, each once; a list of none for a missing parameter.</summary>
    public static ImmutableArray<string> Split(string? text)
    {
        if (string.IsNullOrEmpty(text)) return [];
        ImmutableArray<string> scopes = [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        for (var i = 1; i < scopes.Length; i++)
        {
            if (scopes.IndexOf(scopes[i]) != i) return [.. scopes.Distinct(StringComparer.Ordinal)];
        }

        return scopes;
    }

    /// <summary>The first scope that the client may not ask for: it does not exist, or the client is not registered for it.</summary>
    /// <returns>Null when the client may ask for all of them.</returns>
    public async ValueTask<string?> FindBeyondAsync(RegisteredClient client, ImmutableArray<string> asked, CancellationToken cancellationToken)
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
