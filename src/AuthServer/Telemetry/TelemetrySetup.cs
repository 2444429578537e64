using System.Runtime.CompilerServices;

namespace AuthServer.Telemetry;

public static class TelemetrySetup
{
    /// <summary>Registers the server's own meter, and what sends figures, traces and logs where an endpoint for them is named.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, TelemetryOptions options)
    {
        services.AddMetrics().AddSingleton<AuthMeter>().AddSingleton<PrometheusMetrics>();
        if (options.SendsTraces || options.SendsMetrics || options.SendsLogs) AddExport(services, options);
        return services;
    }

    // A method that names a type of OpenTelemetry loads it as soon as the method is compiled.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddExport(IServiceCollection services, TelemetryOptions options) => TelemetryExport.Add(services, options);
}
