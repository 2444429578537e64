using AuthServer.Clients.Directory;

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
    private static readonly string[] AboutPeople =
        [OpenId, "profile", "email", "address", "phone", "offline_access", "account:read", AccountWrite, UsersRead, UsersWrite];

    /// <summary>Leaves out what this client is not registered for now, and what this person may not give.</summary>
    public static IEnumerable<string> ForPerson(IEnumerable<string> scopes, RegisteredClient client, bool isAdmin) =>
        scopes.Where(scope => client.Scopes.Contains(scope) && IsAllowed(scope, client, isAdmin));

    /// <summary>Leaves out what this client may not have on its own behalf.</summary>
    public static IEnumerable<string> ForClient(IEnumerable<string> scopes, RegisteredClient client) =>
        scopes.Where(scope => !AboutPeople.Contains(scope) || (client.ServiceAccount && scope is UsersRead or UsersWrite));

    private static bool IsAllowed(string scope, RegisteredClient client, bool isAdmin) => scope switch
    {
        AccountWrite => client.FirstParty,
        UsersRead or UsersWrite => isAdmin,
        "offline_access" => client.MayUseOfflineAccess,
        _ => true,
    };
}
