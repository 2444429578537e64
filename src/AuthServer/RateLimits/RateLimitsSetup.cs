using AuthServer.Configuration;
using AuthServer.Data.Redis;
using AuthServer.Data.Starting;
using AuthServer.Keys;
using AuthServer.RateLimits.InRedis;
using AuthServer.RateLimits.Overload;
using AuthServer.Telemetry;

namespace AuthServer.RateLimits;

public static class RateLimitsSetup
{
    /// <summary>Registers the limits and throttles. They count in this process, and in Redis when there is one.</summary>
    public static IServiceCollection AddRateLimits(this IServiceCollection services, RedisOptions redis)
    {
        if (redis.Url is null) services.AddSingleton<ThrottleKeys>();
        else AddShared(services);
        services.AddSingleton<Admission>();
        services.AddSingleton<FloodLimit>();
        services.AddSingleton<ApiBudget>();
        services.AddSingleton<ApiBudgetGate>();
        services.AddSingleton<SignInThrottle>();
        services.AddSingleton<RegistrationThrottle>();
        services.AddSingleton<ClientRegistrationThrottle>();
        services.AddSingleton<LookupThrottle>();
        services.AddSingleton<PictureThrottle>();
        services.AddSingleton<UpstreamThrottle>();
        services.AddSingleton<MailThrottle>();
        services.AddSingleton<DeviceCodeThrottle>();
        services.AddSingleton<CibaThrottle>();
        services.AddSingleton<PushedRequestThrottle>();
        services.AddSingleton<ClientLimit>();
        services.AddSingleton<ClientAuthenticationThrottle>();
        return services;
    }

    private static void AddShared(IServiceCollection services)
    {
        services.AddSingleton(provider => ThrottleKeys.Of(
            provider.GetRequiredService<SecretOptions>().SecretKey, provider.GetRequiredService<IssuerOptions>().IssuerText));
        services.AddSingleton(provider => new SharedCounters(
            RedisNames.Prefix(provider.GetRequiredService<IssuerOptions>().IssuerText),
            TimeSpan.FromMilliseconds(provider.GetRequiredService<RedisOptions>().TimeoutMilliseconds),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<AuthMeter>(),
            provider.GetRequiredService<ILogger<SharedCounters>>()));
        services.AddSingleton(new StartupStep("shared counters", (provider, _) =>
        {
            var redis = provider.GetRequiredService<RedisConnection>();
            return provider.GetRequiredService<SharedCounters>().OpenAsync(redis.Open, redis.IsConnected);
        }));
    }
}
