namespace AuthServer.Keys;

public static class KeysSetup
{
    /// <summary>Registers the key ring and the job that follows it.</summary>
    public static IServiceCollection AddKeys(this IServiceCollection services)
    {
        services.AddSingleton<RingKeys>();
        services.AddSingleton<KeyRing>();
        services.AddScoped<KeyRotation>();
        services.AddHostedService<KeyRingRefresh>();
        return services;
    }
}
