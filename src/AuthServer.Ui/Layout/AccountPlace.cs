using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Layout;

/// <summary>Where each section of the account is, and what it is called.</summary>
/// <param name="About">What one finds there.</param>
internal sealed record AccountPlace(AccountSection Section, string Path, string Name, string About)
{
    /// <summary>Every section but the overview, which lists them.</summary>
    public static IReadOnlyList<AccountPlace> All =>
    [
        new(AccountSection.Profile, PagePaths.AccountProfile, Texts.AccountProfile, Texts.AccountProfileAbout),
        new(AccountSection.Security, PagePaths.AccountSecurity, Texts.AccountSecurity, Texts.AccountSecurityAbout),
        new(AccountSection.Sessions, PagePaths.AccountSessions, Texts.AccountSessions, Texts.AccountSessionsAbout),
        new(AccountSection.Apps, PagePaths.AccountApps, Texts.AccountApps, Texts.AccountAppsAbout),
        new(AccountSection.Activity, PagePaths.AccountActivity, Texts.AccountActivity, Texts.AccountActivityAbout),
        new(AccountSection.Data, PagePaths.AccountData, Texts.AccountData, Texts.AccountDataAbout),
    ];
}
