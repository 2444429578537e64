using AuthServer.Data.Starting;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace AuthServer.Keys;

/// <summary>Keeps the keys of cookies and forms in the database, sealed, so that each replica opens what another has protected.</summary>
public static class DataProtectionSetup
{
    public static IServiceCollection AddSealedDataProtection(this IServiceCollection services)
    {
        // A fixed name: the default is the content root, which differs between a container and a checkout.
        services.AddDataProtection().SetApplicationName("AuthPlatform");
        services.AddSingleton<DataProtectionRows>();
        // It opens the keys at each start, which the start waits for. The first page opens them as well.
        services.Remove(services.Single(d => d.ImplementationType?.Name == "DataProtectionHostedService"));
        services.AddSingleton<DataProtectionSealing>();
        services.AddOptions<KeyManagementOptions>().Configure<DataProtectionSealing, DataProtectionRows>((keys, sealing, rows) =>
            (keys.XmlEncryptor, keys.XmlRepository) = (new SealedXmlEncryptor(sealing), rows));
        services.AddSingleton(new StartupStep("data protection key", (provider, _) =>
        {
            // The first use makes the first key. Under the start lock one replica alone makes it.
            if (provider.GetRequiredService<DataProtectionRows>().Any()) return Task.CompletedTask;
            provider.GetRequiredService<IDataProtectionProvider>().CreateProtector("start").Protect([]);
            return Task.CompletedTask;
        }));
        return services;
    }
}
