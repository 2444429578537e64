using AuthServer.Configuration;
using AuthServer.Data.Changes;
using AuthServer.Data.Starting;
using AuthServer.Keys.Outside;
using AuthServer.Keys.Pkcs11;

namespace AuthServer.Keys;

public static class KeysSetup
{
    private const string RingRefusal = "JWT_SECRET: does not open the signing keys in the database; "
        + "set it, or JWT_SECRET_PREVIOUS, to the secret they were sealed with. Nothing was changed";

    private const string CookieRefusal = "SECRET_KEY: opens none of the keys of cookies and forms in the database; "
        + "set it, or SECRET_KEY_PREVIOUS, to the secret they were sealed with. Nothing was changed. If that secret is lost for good, "
        + "delete the rows of data_protection_keys: people sign in again, and client secrets are made anew";

    /// <summary>Registers the key ring, the step that makes its first keys, and the service that follows it.</summary>
    public static IServiceCollection AddKeys(this IServiceCollection services)
    {
        services.AddSingleton<RingKeys>();
        services.AddSingleton<UserTokenSealing>();
        services.AddSingleton<LetterSealing>();
        services.AddOutsideKeys();
        services.AddSingleton<KeyRing>();
        services.AddScoped<KeyRotation>();
        services.AddSingleton<Rewrap>();
        services.AddHostedService<KeyRingRefresh>();
        services.AddSingleton(new KeptRows(KeptTables.Keys, (provider, cancellation) =>
            provider.GetRequiredService<KeyRing>().RefreshAsync(cancellation)));
        services.AddSingleton(new StartupStep("first keys", OpenRingAsync));
        return services;
    }

    /// <summary>Where signing keys come from beside the database.</summary>
    public static IServiceCollection AddOutsideKeys(this IServiceCollection services)
    {
        services.AddSingleton<OutsideKeys>();
        services.AddSingleton<SigningOutages>();
        services.AddSingleton<IKeySource, HsmKeys>();
        // Last: it takes every entry that is left.
        services.AddSingleton<IKeySource, KeyFiles>();
        return services;
    }

    /// <summary>Makes the first keys, under the start lock. A ring without a usable key of each kind stops the start.</summary>
    private static async Task OpenRingAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var ring = services.GetRequiredService<KeyRing>();
        await ring.RefreshAsync(cancellation);
        RequireSecrets(services, ring.Current);
        if (ring.Current.IsComplete) return;
        // Never beside keys that do not open: the new ones would be sealed with a secret that is not that of the ring.
        if (ring.Current.Unopened.IsEmpty) await services.GetRequiredService<KeyRotation>().MakeFirstKeysAsync(cancellation);
        await ring.RefreshAsync(cancellation);
        if (ring.Current.IsComplete) return;
        throw new StartRefusedException(RingRefusal);
    }

    /// <summary>
    /// Before anything is written under a secret that is not the one of this database: both are named, when both are wrong.
    /// </summary>
    private static void RequireSecrets(IServiceProvider services, RingSnapshot ring)
    {
        var reasons = new List<string>();
        if (!ring.IsComplete && !ring.Unopened.IsEmpty) reasons.Add(RingRefusal);
        if (services.GetRequiredService<DataProtectionRows>().AreAllForeign()) reasons.Add(CookieRefusal);
        if (reasons.Count == 2) reasons.Add("Perhaps the two stand in each other's place.");
        if (reasons.Count > 0) throw new StartRefusedException(reasons);
    }
}
