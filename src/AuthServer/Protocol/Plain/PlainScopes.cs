using System.Collections.Immutable;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Scopes;

namespace AuthServer.Protocol.Plain;

/// <summary>Reads a scope parameter in which every scope is registered, once, and the client's (RFC 6749 section 3.3).</summary>
public sealed class PlainScopes(ScopeDirectory directory)
{
    /// <returns>Null when the library is to say what is wrong.</returns>
    public async ValueTask<ImmutableArray<string>?> ReadAsync(RegisteredClient client, string text, CancellationToken cancellationToken)
    {
        ImmutableArray<string> asked = [.. text.Split(' ')];
        var registered = await directory.AllAsync(cancellationToken);
        for (var i = 0; i < asked.Length; i++)
        {
            var scope = asked[i];
            if (!client.Scopes.Contains(scope) || !(registered.ContainsKey(scope) || ScopeNames.Standard.Contains(scope)) || asked.IndexOf(scope) != i) return null;
        }

        return asked;
    }
}
