namespace AuthServer.Protocol.BackchannelLogout;

public static class BackchannelLogoutSetup
{
    /// <summary>Registers what tells clients of the end of sessions.</summary>
    public static IServiceCollection AddBackchannelLogout(this IServiceCollection services) => services
        .AddSingleton<LogoutTokens>()
        .AddSingleton<LogoutNoticeRows>()
        .AddSingleton<LogoutAttempt>()
        .AddScoped<LogoutNoticeView>();

    /// <summary>Not for a drill: the sessions of its database have ended long ago, or stand on the server itself.</summary>
    public static IServiceCollection AddLogoutDelivery(this IServiceCollection services) => services.AddHostedService<LogoutDelivery>();
}
