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
            // Not Strict: arriving from an app would make a new cookie each time, and break the forms of the other tabs.
            CookieNames.Apply(issuer, "form", forms.Cookie);
            // The security headers say DENY; the framework would say SAMEORIGIN first.
            forms.SuppressXFrameOptionsHeader = true;
        });
        return services;
    }
}
