using AuthServer.Hosting.Configuring;
using Microsoft.AspNetCore.HttpOverrides;

namespace AuthServer.Hosting.Listening;

/// <summary>Believes X-Forwarded-* from the configured proxies only.</summary>
public static class ReverseProxy
{
    public static IServiceCollection AddReverseProxy(this IServiceCollection services, ServerOptions server) =>
        services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            // Each hop is checked against the list, so the chain may be as long as it is.
            forwarded.ForwardLimit = null;
            // The framework trusts loopback by itself: any program on this machine could then name its own address.
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var address in server.Proxies.Addresses) forwarded.KnownProxies.Add(address);
            foreach (var network in server.Proxies.Networks) forwarded.KnownIPNetworks.Add(network);
        });

    /// <summary>Nothing where no proxy is named: with empty lists ASP.NET Core would believe every sender.</summary>
    public static void UseReverseProxy(this IApplicationBuilder app)
    {
        var proxies = app.ApplicationServices.GetRequiredService<ServerOptions>().Proxies;
        if (proxies.Addresses.Count + proxies.Networks.Count > 0) app.UseForwardedHeaders();
    }
}
