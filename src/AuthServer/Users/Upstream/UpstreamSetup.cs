using System.Security.Cryptography;
using AuthServer.Configuration;
using AuthServer.Ui;
using AuthServer.Users.Providers;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Client;
using OpenIddict.Client.AspNetCore;
using OpenIddict.Client.SystemNetHttp;
using OpenIddict.Client.WebIntegration;
using static OpenIddict.Client.OpenIddictClientEvents;
using static OpenIddict.Client.WebIntegration.OpenIddictClientWebIntegrationConstants;

namespace AuthServer.Users.Upstream;

/// <summary>Sets OpenIddict's client up for the configured providers; a server without any has nothing of it.</summary>
public static class UpstreamSetup
{
    // How OpenIddict begins the names of its clients.
    private static readonly string OpenIddictClients = typeof(OpenIddictClientSystemNetHttpOptions).Assembly.GetName().Name!;

    public static IServiceCollection AddUpstream(this IServiceCollection services, UpstreamOptions options, IssuerOptions issuer)
    {
        services.AddSingleton(new UpstreamProviders(options.Providers));
        services.AddScoped<AccountWaysIn>();
        services.AddScoped<UpstreamLinks>();
        services.AddScoped<UpstreamSignIn>();
        if (options.Providers.Count == 0) return services;

        services.AddScoped<UpstreamExchange>();
        services.AddSingleton<ProviderHttp>();
        services.AddHttpClient<GitHubAddresses>().ConfigurePrimaryHttpMessageHandler(
            provider => new ProviderRequests(provider.GetRequiredService<ProviderHttp>()));
        services.ConfigureAll<HttpClientFactoryOptions>(clients => clients.HttpMessageHandlerBuilderActions.Add(builder =>
        {
            if (builder.Name?.StartsWith(OpenIddictClients, StringComparison.Ordinal) == true)
                builder.AdditionalHandlers.Add(new ProviderRequests(builder.Services.GetRequiredService<ProviderHttp>()));
        }));
        services.AddOpenIddict().AddClient(client => Configure(client, options, issuer));
        services.AddOptions<OpenIddictClientOptions>().Configure<TimeProvider>((client, time) => client.TimeProvider = time)
            .PostConfigure<OpenIddictClientService, TimeProvider>(ProviderConfiguration.Use);
        // UpstreamExchange calls the handler. As a scheme of ASP.NET Core it would look at every request of this server.
        var schemes = services.Where(service => service.ServiceType == typeof(IConfigureOptions<AuthenticationOptions>)
            && service.ImplementationType == typeof(OpenIddictClientAspNetCoreConfiguration)).ToList();
        foreach (var scheme in schemes) services.Remove(scheme);
        return services;
    }

    private static void Configure(OpenIddictClientBuilder client, UpstreamOptions options, IssuerOptions issuer)
    {
        client.AllowAuthorizationCodeFlow();
        // What a sign-in begins with is sealed under SECRET_KEY, for every replica. OpenIddict wants keys of its own too, and uses none.
        client.UseDataProtection();
        client.AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)));
        client.AddSigningKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)));
        client.UseAspNetCore().EnableRedirectionEndpointPassthrough().EnableErrorPassthrough()
            .Configure(web =>
            {
                web.DisableTransportSecurityRequirement = !issuer.IsHttps;
                // Lax does: answers that come as forms are turned into GETs, which have the cookie.
                web.CookieBuilder = new CookieBuilder();
                CookieNames.Apply(issuer, "upstream", web.CookieBuilder);
            });
        // The pages of this server say what went wrong; OpenIddict would write lines of its own.
        client.RemoveEventHandler(OpenIddictClientAspNetCoreHandlers.ProcessLocalErrorResponse<ProcessErrorContext>.Descriptor);
        client.AddEventHandler<ProcessErrorContext>(handler => handler.UseInlineHandler(context =>
        {
            context.HandleRequest();
            return default;
        }).SetOrder(OpenIddictClientAspNetCoreHandlers.ProcessLocalErrorResponse<ProcessErrorContext>.Descriptor.Order));
        // A person waits for the answer, and can try again. ProviderHttp does all else.
        client.UseSystemNetHttp().Configure(http => http.HttpResiliencePipeline = null);
        if (options.Providers.Any(provider => provider.Preset != UpstreamPreset.Oidc)) client.UseWebProviders();
        foreach (var provider in options.Providers) client.AddRegistration(RegistrationOf(provider, issuer));
    }

    private static OpenIddictClientRegistration RegistrationOf(UpstreamProvider provider, IssuerOptions issuer)
    {
        var registration = new OpenIddictClientRegistration
        {
            RegistrationId = provider.Name,
            ProviderName = provider.Name,
            ClientId = provider.ClientId,
            ClientSecret = provider.ClientSecret,
            RedirectUri = new Uri(issuer.IssuerText + PagePaths.SignInWith + "/" + provider.Name),
        };
        registration.Scopes.UnionWith(provider.Scopes);
        (registration.ProviderType, registration.ProviderSettings) = provider.Preset switch
        {
            UpstreamPreset.Google => (ProviderTypes.Google, (object)new OpenIddictClientWebIntegrationSettings.Google()),
            UpstreamPreset.Microsoft => (
                ProviderTypes.Microsoft, new OpenIddictClientWebIntegrationSettings.Microsoft { Tenant = provider.Tenant }),
            UpstreamPreset.GitHub => (ProviderTypes.GitHub, new OpenIddictClientWebIntegrationSettings.GitHub()),
            UpstreamPreset.Apple => (ProviderTypes.Apple, new OpenIddictClientWebIntegrationSettings.Apple
            {
                TeamId = provider.Apple!.TeamId,
                SigningKey = new ECDsaSecurityKey(provider.Apple.Key) { KeyId = provider.Apple.KeyId },
            }),
            _ => (null, null)!,
        };
        if (provider.Preset == UpstreamPreset.Oidc) registration.Issuer = new Uri(provider.Issuer);
        return registration;
    }
}
