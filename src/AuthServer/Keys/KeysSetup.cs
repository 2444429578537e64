using AuthServer.Data;

namespace AuthServer.Keys;

public static class KeysSetup
{
    /// <summary>Registers the key ring, the making of its first keys, and the job that follows it.</summary>
    public static IServiceCollection AddKeys(this IServiceCollection services)
    {
        services.AddSingleton<RingKeys>();
        services.AddSingleton<KeyRing>();
        services.AddScoped<KeyRotation>();
        services.AddHostedService<KeyRingRefresh>();
        services.AddSingleton(new StartupStep("first keys", async (provider, cancellation) =>
        {
            await provider.GetRequiredService<KeyRotation>().MakeFirstKeysAsync(cancellation);
            // Read under the start lock: a ring that cannot be opened stops the start here.
            await provider.GetRequiredService<KeyRing>().RefreshAsync(cancellation);
        }));
        return services;
    }
}
