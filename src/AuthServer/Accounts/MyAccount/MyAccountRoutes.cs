using AuthServer.Users.SignIn;

namespace AuthServer.Accounts.MyAccount;

/// <summary>The pages about the account of the person who is signed in: /account and below.</summary>
internal static class MyAccountRoutes
{
    public static void MapMyAccount(this IEndpointRouteBuilder routes)
    {
        routes.MapOverviewPages();
        routes.MapProfilePages();
        routes.MapPicturePages();
        routes.MapThemePages();
        routes.MapLanguagePages();
        routes.MapSecurityPages();
        if (routes.ServiceProvider.GetRequiredService<SignInMethodOptions>().Password)
        {
            routes.MapPasswordPages();
            routes.MapPasswordRemovalPages();
        }

        routes.MapPasskeyPages();
        routes.MapRecoveryCodePages();
        routes.MapConnectionPages();
        routes.MapEmailPages();
        routes.MapSessionPages();
        routes.MapAppPages();
        routes.MapActivityPages();
        routes.MapDataPages();
    }
}
