namespace AuthServer.Audit;

public static class AuditSetup
{
    /// <summary>Registers what gathers refusals and writes them down.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services) =>
        services.AddSingleton<Refusals>().AddHostedService<RefusalWriter>();
}
