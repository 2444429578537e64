using System.Collections.Immutable;
using AuthServer.Clients.Directory;

namespace AuthServer.Protocol.Claims;

/// <summary>Which of the granted scopes a token really carries.</summary>
public static class ScopeRules
{
    public const string AccountWrite = "account:write";
    public const string UsersRead = "users:read";
    public const string UsersWrite = "users:write";

    /// <summary>Scopes about a person; a client on its own behalf has none of them.</summary>
    private static readonly string[] AboutPeople =
        ["openid", "profile", "email", "address", "phone", "offline_access", "account:read", AccountWrite, UsersRead, UsersWrite];

    /// <summary>Leaves out what this client or this person may not have now; asked at each issue and at each refresh.</summary>
    public static IEnumerable<string> ForPerson(IEnumerable<string> scopes, RegisteredClient client, bool isAdmin) => scopes.Where(scope => scope switch
    {
        AccountWrite => client.FirstParty,
        UsersRead or UsersWrite => isAdmin,
        "offline_access" => client.MayUseOfflineAccess,
        _ => true,
    });

    public static IEnumerable<string> ForClient(IEnumerable<string> scopes) => scopes.Except(AboutPeople);

    public static ImmutableArray<string> Split(string? text) => [.. (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)];
}
