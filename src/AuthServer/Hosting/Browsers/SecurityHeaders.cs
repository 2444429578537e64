using AuthServer.Configuration;
using AuthServer.Hosting.Configuring;
using AuthServer.Pages;

namespace AuthServer.Hosting.Browsers;

/// <summary>What every answer tells the browser not to do. A route that set a header itself keeps it.</summary>
public static class SecurityHeaders
{
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'{0}; img-src 'self' data: https:; font-src 'self'; " +
        "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";

    private const string FormsStayHere = "; form-action 'self'";

    public static void UseSecurityHeaders(this IApplicationBuilder app)
    {
        var issuer = app.ApplicationServices.GetRequiredService<IssuerOptions>();
        // RFC 6797 section 8.3: the rule is for a host on all its ports. On a name of this machine it would cut off the http of all
        // other programs.
        var alwaysHttps = issuer.IsHttps && !LoopbackHost.IsHostOf(issuer.Issuer);
        // The very file: others may have theirs on the same host. A policy ends at a semicolon or a comma.
        var brand = app.ApplicationServices.GetRequiredService<BrandOptions>().StylesheetUrl?.GetLeftPart(UriPartial.Path)
            .Replace(";", "%3B", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
        var policy = ContentSecurityPolicy.Replace("{0}", brand is null ? "" : " " + brand, StringComparison.Ordinal);
        var withForms = policy + FormsStayHere;
        // One delegate for all requests.
        Func<object, Task> set = http =>
        {
            var context = (HttpContext)http;
            var own = FormToApp.IsAllowed(context) ? policy : withForms;
            Set(context, AppFrames.DirectiveOf(context) is { } frames ? own + frames : own, alwaysHttps);
            return Task.CompletedTask;
        };
        app.Use((http, next) =>
        {
            // When the answer starts: the exception handler clears what was set before.
            http.Response.OnStarting(set, http);
            return next(http);
        });
    }

    private static void Set(HttpContext http, string policy, bool alwaysHttps)
    {
        var headers = http.Response.Headers;
        headers.TryAdd("Content-Security-Policy", policy);
        // For browsers that do not know frame-ancestors.
        if (!FramedByApps.IsAllowed(http)) headers.TryAdd("X-Frame-Options", "DENY");
        headers.TryAdd("X-Content-Type-Options", "nosniff");
        // Only the origin: queries carry states and hints. Not no-referrer, which makes browsers post forms with "Origin: null".
        headers.TryAdd("Referrer-Policy", "strict-origin");
        headers.TryAdd("Permissions-Policy",
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), "
                + "payment=(), serial=(), usb=()");
        headers.TryAdd("Cross-Origin-Resource-Policy", "same-origin");
        // Cross-Origin-Opener-Policy is left out on purpose: it would cut a sign-in popup from the app that opened it.
        if (alwaysHttps) headers.TryAdd("Strict-Transport-Security", "max-age=31536000");
        // Blazor adds this header for its own script, which our pages do not load.
        headers.Remove("blazor-enhanced-nav");
        // Answers are personal unless a route says otherwise (RFC 6749 section 5.1; OAuth answers carry tokens).
        if (headers.CacheControl.Count == 0) headers.CacheControl = "no-store";
    }
}
