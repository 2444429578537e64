namespace AuthServer.RateLimits;

public static class RateLimitsSetup
{
    /// <summary>Registers the limits and throttles, which count in this process.</summary>
    public static IServiceCollection AddRateLimits(this IServiceCollection services)
    {
        services.AddSingleton<ThrottleKeys>();
        services.AddSingleton<FloodLimit>();
        services.AddSingleton<ApiBudget>();
        services.AddSingleton<ApiBudgetGate>();
        services.AddSingleton<SignInThrottle>();
        services.AddSingleton<RegistrationThrottle>();
        services.AddSingleton<LookupThrottle>();
        services.AddSingleton<ClientLimit>();
        services.AddSingleton<ClientAuthenticationThrottle>();
        return services;
    }
}
