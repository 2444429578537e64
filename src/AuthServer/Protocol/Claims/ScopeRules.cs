using System.Collections.Frozen;
using System.Collections.Immutable;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Scopes;
using AuthServer.Configuration;

namespace AuthServer.Protocol.Claims;

/// <summary>Which of the granted scopes a token really carries.</summary>
public static class ScopeRules
{
    public const string OpenId = "openid";
    public const string AccountWrite = "account:write";
    public const string UsersRead = "users:read";
    public const string UsersWrite = "users:write";

    /// <summary>
    /// Scopes about a person; a client on its own behalf has none of them, but a service account those that manage accounts.
    /// </summary>
    private static readonly FrozenSet<string> AboutPeople = FrozenSet.Create(
        StringComparer.Ordinal, OpenId, "profile", "email", "address", "phone", "offline_access", ScopeNames.Roles, ScopeNames.Groups,
        "account:read", AccountWrite, UsersRead, UsersWrite);

    /// <summary>Leaves out what this client is not registered for now, and what this person may not give.</summary>
    public static ImmutableArray<string> ForPerson(ImmutableArray<string> scopes, RegisteredClient client, bool isAdmin) =>
        scopes.Keep((client, isAdmin), static (scope, x) => x.client.Scopes.Contains(scope) && IsAllowed(scope, x.client, x.isAdmin));

    /// <summary>
    /// Leaves out what this client may not have on its own behalf. The registration is asked before, by <see cref="RequestedScopes"/>.
    /// </summary>
    public static ImmutableArray<string> ForClient(ImmutableArray<string> scopes, RegisteredClient client) => scopes.Keep(
        client, static (scope, client) => !AboutPeople.Contains(scope) || (client.ServiceAccount && scope is UsersRead or UsersWrite));

    /// <summary>Whether it depends on the person's being an admin which of them a token carries.</summary>
    public static bool AskForAdmin(ImmutableArray<string> scopes) => scopes.Contains(UsersRead) || scopes.Contains(UsersWrite);

    private static bool IsAllowed(string scope, RegisteredClient client, bool isAdmin) => scope switch
    {
        AccountWrite => client.FirstParty,
        UsersRead or UsersWrite => isAdmin,
        "offline_access" => client.MayUseOfflineAccess,
        _ => true,
    };
}
