using AuthServer.Ui.Controls;
using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Protocol.Consent;

/// <summary>The standard scopes of OpenID Connect as promises that a person can judge.</summary>
public static class ScopePromises
{
    /// <summary>The promise of a standard scope (OpenID Connect Core 1.0, sections 5.4 and 11), or null for a scope of an API.</summary>
    public static ScopePromise? ForStandard(string scope, AccountChip account) => scope switch
    {
        "openid" => new(Texts.ScopeOpenid, Texts.ScopeOpenidDetail, ScopeIcon.Person),
        "profile" => new(Texts.ScopeProfile, Texts.ScopeProfileDetail, ScopeIcon.Person),
        "email" => new(Texts.ScopeEmail, account.Email, ScopeIcon.Mail),
        "address" => new(Texts.ScopeAddress, null, ScopeIcon.Home),
        "phone" => new(Texts.ScopePhone, null, ScopeIcon.Phone),
        "offline_access" => new(Texts.ScopeOffline, Texts.ScopeOfflineDetail, ScopeIcon.Clock),
        _ => null,
    };

    /// <summary>The promise of an API's scope in the words its operator gave, or with its bare name when there are none.</summary>
    public static ScopePromise ForApi(string scope, string? title, string? detail) =>
        string.IsNullOrWhiteSpace(title)
            ? new(Text.Of(Texts.ScopeUnnamed, scope), detail, ScopeIcon.Document)
            : new(title, detail, ScopeIcon.Document);
}
