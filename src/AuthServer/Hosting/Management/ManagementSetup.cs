using AuthServer.Hosting.Configuring;
using AuthServer.Hosting.Probes;

namespace AuthServer.Hosting.Management;

/// <summary>The management listener, and the one case in which the public one serves its paths.</summary>
public static class ManagementSetup
{
    public static IServiceCollection AddManagement(this IServiceCollection services, StartSettings settings) => services
        .AddSingleton<HealthState>().AddSingleton<ManagementAnswers>()
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<ManagementListener>(provider, settings));

    /// <summary>
    /// Answers management on the addresses that are in both MANAGEMENT_URLS and ASPNETCORE_URLS: an operator who writes one address twice
    /// means it. The port of the connection decides, which no header changes.
    /// </summary>
    public static void UseSharedManagement(this IApplicationBuilder app, StartSettings settings)
    {
        var options = app.ApplicationServices.GetRequiredService<ManagementOptions>();
        int[] shared = [.. options.Addresses.Where(a => !a.IsUnixPipe && settings.Listeners.Addresses.Contains(a)).Select(a => a.Port)];
        // The default is nobody's wish.
        if (options.IsDefault || shared.Length == 0) return;
        var answers = app.ApplicationServices.GetRequiredService<ManagementAnswers>();
        app.Use((http, next) =>
            shared.Contains(http.Connection.LocalPort) && ManagementAnswers.IsFor(http) ? answers.AnswerAsync(http) : next(http));
    }
}
