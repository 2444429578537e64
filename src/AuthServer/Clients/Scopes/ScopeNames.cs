using System.Collections.Frozen;

namespace AuthServer.Clients.Scopes;

/// <summary>The scopes that mean something to the server itself.</summary>
public static class ScopeNames
{
    public const string AccountRead = "account:read";
    public const string AccountWrite = "account:write";
    public const string UsersRead = "users:read";
    public const string UsersWrite = "users:write";

    public const string Roles = "roles";
    public const string Groups = "groups";

    /// <summary>
    /// Always there, without a row: OpenID Connect Core sections 5.4 and 11, and those of the claims that RFC 9068 section 2.2.3.1 names.
    /// </summary>
    public static readonly FrozenSet<string> Standard = new[] { "openid", "profile", "email", "address", "phone", "offline_access", Roles,
        Groups }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether the scope opens the API of accounts, which knows people by their ids.</summary>
    public static bool IsOfAccounts(string name) => name is AccountRead or AccountWrite or UsersRead or UsersWrite;

    /// <summary>RFC 6749 section 3.3: visible ASCII without quote and backslash; the column holds 200 characters.</summary>
    public static bool IsValid(string name) =>
        name is { Length: > 0 and <= 200 } && name.All(c => c is > ' ' and < '\x7f' and not ('"' or '\\'));
}
