using AuthServer.Configuration;
using AuthServer.Data.Starting;

namespace AuthServer.Seeding;

public static class SeedingSetup
{
    /// <summary>Registers the seed, and at start the file of AUTHSERVER_SEED and, in Development, the demo.</summary>
    public static IServiceCollection AddSeeding(this IServiceCollection services, IHostEnvironment environment)
    {
        services.AddSingleton<SeedFileReader>();
        services.AddScoped<SeedUsers>();
        services.AddScoped<SeedMarks>();
        services.AddScoped<SeedRemovals>();
        services.AddScoped<ClientCreation>();
        services.AddScoped<ResourceCreation>();
        services.AddScoped<SeedRun>();
        services.AddSingleton<DemoSecrets>();
        services.AddSingleton<DemoApp>();
        services.AddSingleton<DemoNotice>();
        services.AddScoped<DemoSeed>();
        services.AddSingleton(new StartupStep("seed file", SeedAtStartAsync));
        // After the file, which may bring the same names with other contents.
        if (environment.IsDevelopment())
        {
            services.AddSingleton(
                new StartupStep("demo seed", (provider, cancellation) => provider.GetRequiredService<DemoSeed>().ApplyAsync(cancellation)));
        }
        return services;
    }

    private static async Task SeedAtStartAsync(IServiceProvider provider, CancellationToken cancellation)
    {
        if (provider.GetRequiredService<SeedOptions>().File is not { } path) return;
        var log = provider.GetRequiredService<ILogger<SeedRun>>();
        switch (await provider.GetRequiredService<SeedRun>().ApplyAsync(path, SeedRequest.Usual, cancellation))
        {
            case SeedOutcome.Applied applied:
                foreach (var warning in applied.Warnings) log.LogWarning("Seed file {File}, {Warning}", path, warning);
                log.LogInformation("Seeded from {File}: {Changes}", path, applied.Describe());
                break;
            case SeedOutcome.Refused refused:
                throw new StartRefusedException([.. refused.Problems.Select(p => $"AUTHSERVER_SEED: {path} {p}")], ExitCodes.BadInput);
        }
    }
}
