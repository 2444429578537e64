using AuthServer.Backup.Schedule;

namespace AuthServer.Backup;

public static class BackupSetup
{
    /// <summary>Registers the making and the restoring of backups.</summary>
    public static IServiceCollection AddBackup(this IServiceCollection services)
    {
        services.AddSingleton<BackupCreation>();
        services.AddSingleton<BackupRestore>();
        services.AddSingleton<BackupStates>();
        return services;
    }

    /// <summary>Registers what is done by the clock, and the drill, which needs a whole server.</summary>
    public static IServiceCollection AddBackupSchedule(this IServiceCollection services)
    {
        services.AddSingleton<RestoreDrill>();
        services.AddSingleton<OneReplica>();
        services.AddSingleton<BackupRecords>();
        services.AddSingleton<BackupRound>();
        services.AddSingleton<DrillRound>();
        services.AddHostedService<BackupWatch>();
        return services;
    }
}
