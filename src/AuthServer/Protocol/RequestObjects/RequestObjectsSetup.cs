using static OpenIddict.Server.OpenIddictServerEvents;
using Web = OpenIddict.Server.AspNetCore.OpenIddictServerAspNetCoreHandlers;

namespace AuthServer.Protocol.RequestObjects;

public static class RequestObjectsSetup
{
    /// <summary>After the intake of pushed requests, and before anything is judged: a request that has an object is that object.</summary>
    public static void AddRequestObjects(this OpenIddictServerBuilder server)
    {
        server.Services.AddScoped<RequestObjectReader>();
        server.Services.AddSingleton<RequestObjectFetch>();
        server.AddEventHandler<ExtractAuthorizationRequestContext>(h => h.UseScopedHandler<RequestObjectIntake>()
            .SetOrder(Web.ExtractGetOrPostRequest<ExtractAuthorizationRequestContext>.Descriptor.Order + 600));
        // The client is known by then.
        server.AddEventHandler<ValidatePushedAuthorizationRequestContext>(
            h => h.UseScopedHandler<PushedRequestObject>().SetOrder(int.MinValue + 45_000));
    }
}
