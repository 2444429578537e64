using AuthServer.Protocol.ClientNotices;
using AuthServer.Protocol.Pending;

namespace AuthServer.Protocol.CibaCallback;

public static class CibaCallbackSetup
{
    /// <summary>Registers what tells clients of CIBA that a person has decided, in ping and push mode.</summary>
    public static IServiceCollection AddCibaCallback(this IServiceCollection services) => services
        .AddSingleton<NotificationSealing>()
        .AddSingleton<PushedTokens>()
        .AddSingleton<INoticeSender, CibaSender>();
}
