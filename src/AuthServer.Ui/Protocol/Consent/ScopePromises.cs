using AuthServer.Ui.Controls;
using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Protocol.Consent;

/// <summary>The standard scopes of OpenID Connect as promises that a person can judge.</summary>
public static class ScopePromises
{
    /// <summary>The promise of a scope that is always there (OpenID Connect Core 5.4 and 11), or null for a scope of an API.</summary>
    public static ScopePromise? ForStandard(string scope, AccountChip account) => scope switch
    {
        "openid" => new(Texts.ScopeOpenid, Texts.ScopeOpenidDetail, ScopeIcon.Person),
        "profile" => new(Texts.ScopeProfile, Texts.ScopeProfileDetail, ScopeIcon.Person),
        "email" => new(Texts.ScopeEmail, account.Email, ScopeIcon.Mail),
        "address" => new(Texts.ScopeAddress, null, ScopeIcon.Home),
        "phone" => new(Texts.ScopePhone, null, ScopeIcon.Phone),
        "roles" => new(Texts.ScopeRoles, Texts.ScopeRolesDetail, ScopeIcon.Badge),
        "groups" => new(Texts.ScopeGroups, Texts.ScopeGroupsDetail, ScopeIcon.People),
        "offline_access" => new(Texts.ScopeOffline, Texts.ScopeOfflineDetail, ScopeIcon.Clock),
        _ => null,
    };

    /// <summary>The promise of an API's scope in the words its operator gave, or with its bare name when there are none.</summary>
    public static ScopePromise ForApi(string scope, string? title, string? detail) =>
        string.IsNullOrWhiteSpace(title)
            ? new(Text.Of(Texts.ScopeUnnamed, scope), detail, ScopeIcon.Document)
            : new(title, detail, ScopeIcon.Document);

    /// <summary>The promise of an API that has no scopes here: the app may do there what the API lets it do.</summary>
    /// <param name="name">The name that its operator gave it; without one it is named by its address.</param>
    public static ScopePromise ForResource(string resource, string? name) =>
        new(Text.Of(Texts.ResourceAlone, name ?? resource), name is null ? null : resource, ScopeIcon.Document);

    /// <summary>One thing that the app asks for this time (RFC 9396), in the words that its operator gave.</summary>
    public static ScopePromise ForDetail(string words) => new(words, null, ScopeIcon.Document);

    /// <summary>
    /// The promises of claims that are asked for one by one (OpenID Connect Core 1.0, section 5.5), those of one scope together.
    /// </summary>
    public static IEnumerable<ScopePromise> ForClaims(IReadOnlyCollection<string> claims, AccountChip account)
    {
        if (claims.Any(c => c is "email" or "email_verified")) yield return ForStandard("email", account)!;
        if (claims.Contains("address")) yield return ForStandard("address", account)!;
        if (claims.Any(c => c is "phone_number" or "phone_number_verified")) yield return ForStandard("phone", account)!;
        if (claims.Contains("roles")) yield return ForStandard("roles", account)!;
        if (claims.Contains("groups")) yield return ForStandard("groups", account)!;
        var others = claims.Select(NameOf).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        if (others.Count > 0) yield return new(Texts.ClaimsSingle, Text.List(others), ScopeIcon.Person);
    }

    private static string? NameOf(string claim) => claim switch
    {
        "email" or "email_verified" or "address" or "phone_number" or "phone_number_verified" or "roles" or "groups" => null,
        "name" => Texts.ClaimName,
        "given_name" => Texts.ClaimGivenName,
        "family_name" => Texts.ClaimFamilyName,
        "middle_name" => Texts.ClaimMiddleName,
        "nickname" => Texts.ClaimNickname,
        "preferred_username" => Texts.ClaimUserName,
        "profile" => Texts.ClaimProfile,
        "picture" => Texts.ClaimPicture,
        "website" => Texts.ClaimWebsite,
        "gender" => Texts.ClaimGender,
        "birthdate" => Texts.ClaimBirthdate,
        "zoneinfo" => Texts.ClaimTimeZone,
        "locale" => Texts.ClaimLanguage,
        "updated_at" => Texts.ClaimUpdated,
        _ => claim,
    };
}
