using System.Net;

namespace AuthServer.Outbound;

public static class OutboundSetup
{
    /// <summary>Registers the one way in which this server asks addresses that others have named.</summary>
    public static IServiceCollection AddOutbound(this IServiceCollection services) => services
        .AddSingleton<HostLookup>(Dns.GetHostAddressesAsync)
        .AddSingleton<SafeHttp>();
}
