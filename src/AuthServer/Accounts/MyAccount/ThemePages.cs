using AuthServer.Ui;
using AuthServer.Ui.Accounts.MyAccount;
using AuthServer.Ui.Brand;
using AuthServer.Users.MyAccount;

namespace AuthServer.Accounts.MyAccount;

/// <summary>POST /account/profile/theme: light or dark pages, in this browser and wherever the person signs in next.</summary>
internal static class ThemePages
{
    public static void MapThemePages(this IEndpointRouteBuilder routes) => routes.MapForm(
        PagePaths.AccountTheme, PagePaths.AccountProfile,
        async (visit, form) =>
        {
            if (ThemeCookie.Of(form["theme"]) is not { } theme) return visit.GoTo(PagePaths.AccountProfile, AccountDone.None);
            await visit.Get<ProfileChanges>().SetThemeAsync(visit.UserId, ThemeCookie.WordOf(theme), visit.Aborted);
            visit.Get<ThemeCookie>().Write(visit.Http.Response, theme);
            return visit.GoTo(PagePaths.AccountProfile, AccountDone.Saved);
        },
        (visit, _) => ProfilePages.AgainAsync(visit, AccountProblem.FormExpired, StatusCodes.Status400BadRequest));
}
