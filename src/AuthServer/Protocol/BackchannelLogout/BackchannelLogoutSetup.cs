using AuthServer.Protocol.ClientNotices;

namespace AuthServer.Protocol.BackchannelLogout;

public static class BackchannelLogoutSetup
{
    /// <summary>Registers what tells clients of the end of sessions.</summary>
    public static IServiceCollection AddBackchannelLogout(this IServiceCollection services) => services
        .AddSingleton<LogoutTokens>()
        .AddSingleton<INoticeSender, LogoutSender>()
        .AddScoped<LogoutNoticeView>();
}
