using AuthServer.Configuration;
using AuthServer.Hosting.Failures;
using AuthServer.Hosting.Probes;

namespace AuthServer.Hosting.Listening;

/// <summary>Every request is one to the issuer's address, or it is refused.</summary>
public static class IssuerAddress
{
    /// <summary>On an https issuer, a request that came in the clear is answered with what the operator has to mend; tokens never travel so.</summary>
    public static void UseIssuerAddress(this IApplicationBuilder app)
    {
        var issuer = app.ApplicationServices.GetRequiredService<IssuerOptions>();
        var host = new HostString(issuer.Issuer.Authority);
        app.Use((http, next) =>
        {
            // Probes come from the node, past the proxy.
            if (http.Request.Path.StartsWithSegments(Health.Root)) return next(http);
            if (issuer.IsHttps && !http.Request.IsHttps)
            {
                return ErrorAnswer.WriteAsync(http, StatusCodes.Status400BadRequest,
                    "This server is reached by https only. Operator: if a proxy ends the TLS, name its address in TRUSTED_PROXIES and let it send X-Forwarded-Proto.");
            }
            // The Host header is the caller's: addresses that we write, and so discovery, come from the configuration alone.
            http.Request.Scheme = issuer.Issuer.Scheme;
            http.Request.Host = host;
            return next(http);
        });
    }
}
