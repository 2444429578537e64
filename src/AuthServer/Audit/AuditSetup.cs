namespace AuthServer.Audit;

public static class AuditSetup
{
    /// <summary>Registers what gathers refusals and writes them down, and what names the places of addresses.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services) =>
        services.AddSingleton<Refusals>().AddSingleton<Places>().AddHostedService<RefusalWriter>();
}
