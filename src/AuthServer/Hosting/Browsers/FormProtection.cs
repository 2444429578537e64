using AuthServer.Configuration;
using Microsoft.AspNetCore.Antiforgery;

namespace AuthServer.Hosting.Browsers;

/// <summary>The cookie that proves that a form came from our page.</summary>
public static class FormProtection
{
    public static IServiceCollection AddFormProtection(this IServiceCollection services)
    {
        services.AddAntiforgery().AddOptions<AntiforgeryOptions>().Configure<IssuerOptions>((forms, issuer) =>
        {
            forms.Cookie.Name = CookieNames.OfHost(issuer, "form");
            forms.Cookie.Path = CookieNames.PathOf(issuer);
            forms.Cookie.SecurePolicy = issuer.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
            // Not Strict: arriving from an app would make a new cookie each time, and break the forms of the other tabs.
            forms.Cookie.SameSite = SameSiteMode.Lax;
            // The security headers say DENY; the framework would say SAMEORIGIN first.
            forms.SuppressXFrameOptionsHeader = true;
        });
        return services;
    }
}
