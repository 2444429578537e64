namespace AuthServer.RateLimits;

public static class RateLimitsSetup
{
    /// <summary>Registers the throttles, which count in this process.</summary>
    public static IServiceCollection AddRateLimits(this IServiceCollection services)
    {
        services.AddSingleton<ThrottleKeys>();
        services.AddSingleton<SignInThrottle>();
        services.AddSingleton<RegistrationThrottle>();
        return services;
    }
}
