using System.Collections.Immutable;
using AuthServer.Clients.Directory;
using AuthServer.Configuration;
using AuthServer.Protocol.Claims;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>The scopes of a session that a login opens.</summary>
public sealed class LoginScopes(RequestedScopes requested)
{
    // A token that is stolen from an app that never needed them must not change accounts.
    private static readonly ImmutableArray<string> OnlyWhenAskedFor = [ScopeRules.AccountWrite, ScopeRules.UsersRead,
        ScopeRules.UsersWrite];

    /// <param name="scope">The member of the body; absent: everything that the client is registered for, but for rights over
    /// accounts.</param>
    /// <returns>The scopes, or the one that the client may not ask for.</returns>
    public async ValueTask<(ImmutableArray<string> Scopes, string? Beyond)> ChooseAsync(
        RegisteredClient client, string? scope, CancellationToken cancellationToken)
    {
        var asked = SpaceList.Split(scope);
        if (asked.IsEmpty) return ([.. client.Scopes.Except(OnlyWhenAskedFor).Order(StringComparer.Ordinal)], null);
        if (await requested.FindBeyondAsync(client, asked, cancellationToken) is { } beyond) return ([], beyond);
        // A login always gives a refresh token.
        return (asked.Contains(Scopes.OfflineAccess) ? asked : asked.Add(Scopes.OfflineAccess), null);
    }
}
