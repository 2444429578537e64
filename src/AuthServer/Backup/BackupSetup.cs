namespace AuthServer.Backup;

public static class BackupSetup
{
    /// <summary>Registers the making and the restoring of backups.</summary>
    public static IServiceCollection AddBackup(this IServiceCollection services)
    {
        services.AddSingleton<BackupCreation>();
        services.AddSingleton<BackupRestore>();
        return services;
    }
}
