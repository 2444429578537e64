using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.MyAccount;
using AuthServer.Ui.Resources;
using AuthServer.Users.MyAccount;
using AuthServer.Users.Profile;

namespace AuthServer.Accounts.MyAccount;

/// <summary>POST /account/profile/language: the language of pages and mails, here and wherever the person signs in next.</summary>
internal static class LanguagePages
{
    public static void MapLanguagePages(this IEndpointRouteBuilder routes) => routes.MapForm(
        PagePaths.AccountLanguage, PagePaths.AccountProfile, ChangeAsync,
        (visit, _) => ProfilePages.AgainAsync(visit, AccountProblem.FormExpired, StatusCodes.Status400BadRequest));

    private static async Task<IResult> ChangeAsync(AccountVisit visit, PostedForm form)
    {
        var tag = form[OwnProfile.Locale].Trim() is { Length: > 0 } typed ? typed : null;
        // The list of the page has no other languages, but for one that an admin or an app has written: that stays.
        if (tag is not null && visit.Get<LanguageSet>().Find(tag) is null) return visit.GoTo(PagePaths.AccountProfile, AccountDone.None);
        var result = await visit.Get<ProfileChanges>().SetLanguageAsync(visit.Person, tag, visit.Aborted);
        if (result is ProfileResult.Refused) return visit.GoTo(PagePaths.AccountProfile, AccountDone.None);
        if (result is not ProfileResult.Changed)
        {
            return await ProfilePages.AgainAsync(visit, AccountProblem.ChangedMeanwhile, StatusCodes.Status409Conflict);
        }

        visit.Get<PageLanguage>().Remember(visit.Http, tag);
        return visit.GoTo(PagePaths.AccountProfile, AccountDone.Saved);
    }
}
