using AuthServer.Clients.Metadata;
using static OpenIddict.Server.OpenIddictServerEvents;
using Library = OpenIddict.Server.OpenIddictServerHandlers;
using Web = OpenIddict.Server.AspNetCore.OpenIddictServerAspNetCoreHandlers;

namespace AuthServer.Protocol.Token.FirstParty;

public static class FirstPartySetup
{
    public static IServiceCollection AddFirstParty(this IServiceCollection services)
    {
        services.AddSingleton<RefreshCookie>();
        services.AddSingleton<RefreshCookieGuard>();
        services.AddSingleton<LoginScopes>();
        services.AddScoped<BearerLogout>();
        services.AddScoped<SessionLogout>();
        services.AddScoped<ReplacedSession>();
        services.AddScoped<LoginOpening>();
        services.AddScoped<LoginByMail>();
        return services;
    }

    /// <summary>Lets the token and revocation endpoints answer at /v1/auth too, with JSON instead of forms.</summary>
    public static void AddFirstParty(this OpenIddictServerBuilder server)
    {
        server.AllowCustomFlow(GrantNames.Login);
        AddIntake<ExtractTokenRequestContext>(server);
        AddIntake<ExtractRevocationRequestContext>(server);
        server.AddEventHandler<ValidateTokenRequestContext>(h => h.UseSingletonHandler<GrantAddress>()
            .SetOrder(Library.Exchange.ValidateGrantType.Descriptor.Order - 500));
        server.AddEventHandler<HandleRevocationRequestContext>(h => h.UseScopedHandler<LogoutEndpoint>().SetOrder(90_000));
        AddAnswer<ApplyTokenResponseContext>(server);
        AddAnswer<ApplyRevocationResponseContext>(server);
    }

    private static void AddIntake<TContext>(OpenIddictServerBuilder server) where TContext : BaseValidatingContext
    {
        // OpenIddict's own handler refuses everything that is no form, and must be removed for that.
        server.RemoveEventHandler(Web.ExtractPostRequest<TContext>.Descriptor);
        server.AddEventHandler<TContext>(h => h.UseScopedHandler<FirstPartyIntake<TContext>>()
            .SetOrder(Web.ExtractPostRequest<TContext>.Descriptor.Order));
        server.AddEventHandler<TContext>(h => h.UseScopedHandler<RefreshCookieCheck<TContext>>()
            .SetOrder(Web.ExtractBasicAuthenticationCredentials<TContext>.Descriptor.Order + 500));
    }

    private static void AddAnswer<TContext>(OpenIddictServerBuilder server) where TContext : BaseRequestContext =>
        server.AddEventHandler<TContext>(h => h.UseSingletonHandler<FirstPartyRefusals<TContext>>()
            .SetOrder(Web.ProcessJsonResponse<TContext>.Descriptor.Order - 500));
}
