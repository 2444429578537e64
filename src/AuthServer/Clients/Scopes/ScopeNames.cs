using System.Collections.Frozen;

namespace AuthServer.Clients.Scopes;

/// <summary>The scopes that mean something to the server itself.</summary>
public static class ScopeNames
{
    public const string AccountRead = "account:read";
    public const string AccountWrite = "account:write";
    public const string UsersRead = "users:read";
    public const string UsersWrite = "users:write";

    /// <summary>OpenID Connect Core sections 5.4 and 11: always there, without a row.</summary>
    public static readonly FrozenSet<string> Standard =
        new[] { "openid", "profile", "email", "address", "phone", "offline_access" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether the scope opens the API of accounts, which knows people by their ids.</summary>
    public static bool IsOfAccounts(string name) => name is AccountRead or AccountWrite or UsersRead or UsersWrite;

    /// <summary>RFC 6749 section 3.3: visible ASCII without quote and backslash; the column holds 200 characters.</summary>
    public static bool IsValid(string name) =>
        name is { Length: > 0 and <= 200 } && name.All(c => c is > ' ' and < '\x7f' and not ('"' or '\\'));
}
