using AuthServer.Data.Starting;
using AuthServer.Sessions.Senders;
using Microsoft.AspNetCore.Authentication;

namespace AuthServer.Sessions;

public static class SessionsSetup
{
    /// <summary>Registers the session row's readers and writers and the cookie scheme.</summary>
    public static IServiceCollection AddSessions(this IServiceCollection services)
    {
        services.AddSingleton<RefreshTokens>();
        services.AddSingleton<AccessTokenReader>();
        services.AddSingleton<DPoPNonces>();
        services.AddSingleton<DPoPCheck>();
        services.AddSingleton<AccessTokenUse>();
        services.AddSingleton<BrowserSessionCookie>();
        services.AddSingleton<RefreshGrace>();
        // Made at the start and not at the first refresh: it remembers when the process began.
        services.AddSingleton(new StartupStep("refresh grace", (provider, _) =>
        {
            provider.GetRequiredService<RefreshGrace>();
            return Task.CompletedTask;
        }));
        services.AddScoped<BrowserSessions>();
        services.AddSingleton<NoticeSignal>();
        services.AddScoped<SessionEnding>();
        services.AddScoped<ClientDeletion>();
        services.AddScoped<RoomForClients>();
        services.AddSingleton<SessionList>();
        services.AddSingleton<SessionOpeningCounter>();
        services.AddScoped<SessionLimit>();
        services.AddHostedService<SessionTrimming>();
        services.AddScoped<RefreshTokenReuse>();
        services.AddSingleton<SessionRotation>();
        services.AddSingleton<ClientSessions>();
        services.AddScoped<LoginSessions>();
        services.AddSingleton<AssertedSessions>();
        services.AddSingleton<SessionLookup>();
        services.AddScoped<ExpiredRows>();
        services.AddAuthentication(BrowserSessionHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, BrowserSessionHandler>(BrowserSessionHandler.SchemeName, null);
        return services;
    }
}
