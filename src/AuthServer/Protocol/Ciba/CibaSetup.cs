using AuthServer.Configuration;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Ciba;

/// <summary>
/// OpenID Connect CIBA Core 1.0. OpenIddict has no such endpoint: its requests come in by the same events as those of devices, at an
/// address of their own.
/// </summary>
public static class CibaSetup
{
    public static IServiceCollection AddCiba(this IServiceCollection services)
    {
        services.AddScoped<PersonHints>();
        services.AddSingleton<CibaNotice>();
        services.AddOptions<OpenIddictServerOptions>().PostConfigure<CibaOptions>((options, ciba) =>
        {
            if (ciba.IsOn) options.DeviceAuthorizationEndpointUris.Add(new Uri(ProtocolPaths.Ciba[1..], UriKind.Relative));
        });
        return services;
    }

    public static void AddCiba(this OpenIddictServerBuilder server) => server.AddEventHandler<HandleDeviceAuthorizationRequestContext>(
        h => h.UseScopedHandler<CibaEndpoint>().SetOrder(99_000));

    public static void MapCiba(this IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetRequiredService<CibaOptions>().IsOn) routes.MapApprovePages();
    }
}
