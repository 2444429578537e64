using AuthServer.Pages;
using AuthServer.Sessions;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.Home;
using AuthServer.Ui.Layout;

namespace AuthServer.Accounts.Home;

/// <summary>GET /: who is signed in, and the way in or out.</summary>
public static class HomePages
{
    public static void MapHomePages(this IEndpointRouteBuilder routes) =>
        routes.MapGet(ReturnAddress.Home, async (HttpContext http, Branding branding) =>
        PageAnswers.Page<HomePage>(http, new HomeModel
        {
            Account = PageAnswers.Chip(await http.GetBrowserSessionAsync()),
            SignInUrl = PagePaths.SignIn,
            ServerName = branding.Name,
        }));
}
