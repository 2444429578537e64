using AuthServer.Accounts.Home;
using AuthServer.Accounts.Registration;
using AuthServer.Accounts.SignIn;
using AuthServer.Accounts.SignOut;
using AuthServer.Configuration;
using Microsoft.AspNetCore.Antiforgery;

namespace AuthServer.Accounts;

/// <summary>The hosted pages for people.</summary>
public static class AccountsRoutes
{
    /// <summary>Registers the pages' own cookies and the token against forged posts.</summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services)
    {
        services.AddOptions<AntiforgeryOptions>().Configure<IssuerOptions>((options, issuer) =>
        {
            options.Cookie.Name = issuer.IsHttps ? "__Host-form" : "form";
            options.Cookie.Path = "/";
            options.Cookie.SecurePolicy = issuer.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
            // Not Strict: an app that sends the person here would get the cookie replaced, and a page in another tab would expire.
            options.Cookie.SameSite = SameSiteMode.Lax;
            // Hosting sets a stricter one.
            options.SuppressXFrameOptionsHeader = true;
        });
        services.AddScoped<SessionOpening>();
        services.AddSingleton<KnownBrowserCookie>();
        return services;
    }

    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        routes.MapHomePages();
        routes.MapSignInPages();
        routes.MapRegistrationPages();
        routes.MapSignOutPages();
    }
}
