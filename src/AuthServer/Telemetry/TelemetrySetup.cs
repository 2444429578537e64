namespace AuthServer.Telemetry;

public static class TelemetrySetup
{
    /// <summary>Registers the server's own meter. Nothing is sent anywhere; a listener of this process gets the figures.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services) =>
        services.AddMetrics().AddSingleton<AuthMeter>().AddSingleton<PrometheusMetrics>();
}
