using AuthServer.Audit;
using AuthServer.Configuration;
using AuthServer.Hosting.Failures;

namespace AuthServer.Hosting.Listening;

/// <summary>Every request is one to the issuer's address, or it is refused.</summary>
public static partial class IssuerAddress
{
    // Every request through a proxy that is not named is refused; one line in ten seconds says why.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    /// <summary>
    /// On an https issuer, a request over plain http is answered with what the operator has to change; no token travels that way.
    /// </summary>
    public static void UseIssuerAddress(this IApplicationBuilder app)
    {
        var issuer = app.ApplicationServices.GetRequiredService<IssuerOptions>();
        var log = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(IssuerAddress).FullName!);
        var time = app.ApplicationServices.GetRequiredService<TimeProvider>();
        var host = new HostString(issuer.Issuer.Authority);
        var silentUntil = 0L;
        app.Use((http, next) =>
        {
            // Probes come from the node, not through the proxy.
            if (http.Request.Path.StartsWithSegments(ProbePaths.Root)) return next(http);
            if (issuer.IsHttps && !http.Request.IsHttps)
            {
                var (now, until) = (time.GetUtcNow().UtcTicks, Volatile.Read(ref silentUntil));
                if (now >= until && Interlocked.CompareExchange(ref silentUntil, now + Quiet.Ticks, until) == until) Tell(log, http);
                return ErrorAnswer.WriteAsync(http, StatusCodes.Status400BadRequest,
                    "This server is reached by https only. Operator: if a proxy ends the TLS, name its address in TRUSTED_PROXIES "
                        + "and let it send X-Forwarded-Proto.");
            }
            // The Host header is the caller's: addresses that we write, and so discovery, come from the configuration alone.
            http.Request.Scheme = issuer.Issuer.Scheme;
            http.Request.Host = host;
            return next(http);
        });
    }

    private static void Tell(ILogger log, HttpContext http)
    {
        // After UseForwardedHeaders this is the last hop that is not trusted, so the one to name.
        var address = Caller.Of(http).Address ?? "an unknown address";
        if (http.Request.Headers.ContainsKey("X-Forwarded-Proto") || http.Request.Headers.ContainsKey("X-Forwarded-For"))
        {
            LogUntrustedProxy(log, address);
        }
        else LogPlainHttp(log, address);
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Refused a request: it came over http from {Address}, "
            + "whose X-Forwarded headers do not count because TRUSTED_PROXIES does not name it")]
    private static partial void LogUntrustedProxy(ILogger logger, string address);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Refused a request: it came over http from {Address}; a proxy in TRUSTED_PROXIES has to send X-Forwarded-Proto: https")]
    private static partial void LogPlainHttp(ILogger logger, string address);
}
