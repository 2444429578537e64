namespace AuthServer.Protocol.ClientNotices;

public static class ClientNoticesSetup
{
    public static IServiceCollection AddClientNotices(this IServiceCollection services) => services
        .AddSingleton<NoticeRows>()
        .AddSingleton<NoticeAttempt>();

    /// <summary>Not for a drill: the sessions of its database have ended long ago, or stand on the server itself.</summary>
    public static IServiceCollection AddNoticeDelivery(this IServiceCollection services) => services.AddHostedService<NoticeDelivery>();
}
