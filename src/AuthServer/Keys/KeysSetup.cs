using System.Security.Cryptography;
using AuthServer.Configuration;
using AuthServer.Data.Starting;

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
        services.AddSingleton(new StartupStep("first keys", OpenRingAsync));
        return services;
    }

    /// <summary>Under the start lock: one replica makes the first keys, and a ring that cannot be opened stops the start.</summary>
    private static async Task OpenRingAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var ring = services.GetRequiredService<KeyRing>();
        try
        {
            await ring.RefreshAsync(cancellation);
            if (ring.Current.IsComplete) return;
            await services.GetRequiredService<KeyRotation>().MakeFirstKeysAsync(cancellation);
            await ring.RefreshAsync(cancellation);
        }
        catch (CryptographicException)
        {
            throw new StartRefusedException(
                "JWT_SECRET: does not open the signing keys in the database; set it, or JWT_SECRET_PREVIOUS, to the secret they were sealed with");
        }
    }
}
