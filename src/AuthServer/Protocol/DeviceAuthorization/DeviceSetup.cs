using AuthServer.Configuration;
using AuthServer.Protocol.Errors;
using AuthServer.Protocol.Pending;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;
using Library = OpenIddict.Server.OpenIddictServerHandlers;
using Web = OpenIddict.Server.AspNetCore.OpenIddictServerAspNetCoreHandlers;

namespace AuthServer.Protocol.DeviceAuthorization;

/// <summary>RFC 8628: OpenIddict reads the requests of devices and authenticates their clients; codes, page and answers are ours.</summary>
public static class DeviceSetup
{
    public static IServiceCollection AddDeviceAuthorization(this IServiceCollection services)
    {
        services.AddSingleton<PendingAuthorizations>();
        services.AddSingleton<UserCodes>();
        services.AddSingleton<ElsewhereIntake>();
        services.AddScoped<ElsewhereRequests>();
        services.AddScoped<DeviceCodes>();
        // After OpenIddict's own checks, which want its grant and its page beside the endpoint: call this after AddServer.
        services.AddOptions<OpenIddictServerOptions>().PostConfigure<DeviceOptions>((options, device) =>
        {
            if (device.IsOn) options.DeviceAuthorizationEndpointUris.Add(new Uri(ProtocolPaths.DeviceAuthorization[1..], UriKind.Relative));
        });
        return services;
    }

    public static void AddDeviceAuthorization(this OpenIddictServerBuilder server)
    {
        server.RemoveEventHandler(Library.Device.ValidateClientCredentialsParameters.Descriptor);
        server.RemoveEventHandler(Library.Device.ValidateScopeParameter.Descriptor);
        server.RemoveEventHandler(Library.Device.ValidateScopes.Descriptor);
        server.RemoveEventHandler(Library.Device.ValidateEndpointPermissions.Descriptor);
        server.RemoveEventHandler(Library.Device.ValidateGrantTypePermissions.Descriptor);
        server.RemoveEventHandler(Web.ExtractPostRequest<ExtractDeviceAuthorizationRequestContext>.Descriptor);
        server.AddEventHandler<ExtractDeviceAuthorizationRequestContext>(
            h => h.UseSingletonHandler<FormIntake<ExtractDeviceAuthorizationRequestContext>>()
                .SetOrder(Web.ExtractPostRequest<ExtractDeviceAuthorizationRequestContext>.Descriptor.Order));
        // The header is read where the client is authenticated.
        server.RemoveEventHandler(Web.ValidateClientAuthenticationMethod<ExtractDeviceAuthorizationRequestContext>.Descriptor);
        server.RemoveEventHandler(Web.ExtractBasicAuthenticationCredentials<ExtractDeviceAuthorizationRequestContext>.Descriptor);
        server.AddEventHandler<HandleDeviceAuthorizationRequestContext>(
            h => h.UseScopedHandler<DeviceAuthorizationEndpoint>().SetOrder(100_000));
        server.AddEventHandler<ApplyDeviceAuthorizationResponseContext>(
            h => h.UseSingletonHandler<PlainErrors<ApplyDeviceAuthorizationResponseContext>>().SetOrder(int.MinValue + 60_000));
        server.AddEventHandler<ApplyDeviceAuthorizationResponseContext>(
            h => h.UseSingletonHandler<RefusedRequests<ApplyDeviceAuthorizationResponseContext>>()
                .SetOrder(Web.AttachHttpResponseCode<ApplyDeviceAuthorizationResponseContext>.Descriptor.Order + 400));
        server.AddEventHandler<ApplyDeviceAuthorizationResponseContext>(
            h => h.UseSingletonHandler<ClientMustWaitStatus<ApplyDeviceAuthorizationResponseContext>>()
                .SetOrder(Web.AttachHttpResponseCode<ApplyDeviceAuthorizationResponseContext>.Descriptor.Order + 500));
    }

    /// <summary>Maps the page for the codes of devices.</summary>
    public static void MapDeviceAuthorization(this IEndpointRouteBuilder routes)
    {
        if (routes.ServiceProvider.GetRequiredService<DeviceOptions>().IsOn) routes.MapDevicePages();
    }
}
