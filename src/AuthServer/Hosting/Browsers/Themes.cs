using AuthServer.Configuration;
using AuthServer.Ui.Brand;

namespace AuthServer.Hosting.Browsers;

/// <summary>The cookie with the theme that a person has chosen.</summary>
public static class Themes
{
    public static IServiceCollection AddThemeCookie(this IServiceCollection services) =>
        services.AddSingleton(provider =>
        {
            var issuer = provider.GetRequiredService<IssuerOptions>();
            return new ThemeCookie(CookieNames.OfHost(issuer, "theme"), CookieNames.PathOf(issuer), issuer.IsHttps);
        });
}
