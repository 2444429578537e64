using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace AuthServer.Telemetry;

/// <summary>Counts from its construction on, for a program that asks over HTTP.</summary>
internal sealed class MetricsReading : IDisposable
{
    private readonly MeterProvider _provider;
    private readonly RequestDelegate _answer;

    public MetricsReading(TelemetryOptions options)
    {
        _provider = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(ServiceResource.Of(options)).AddMeter(Meters.All).AddPrometheusExporter().Build();
        var app = new ApplicationBuilder(new ServiceCollection().BuildServiceProvider());
        app.UseOpenTelemetryPrometheusScrapingEndpoint(
            _provider, predicate: static _ => true, path: null, configureBranchedPipeline: null, optionsName: null);
        _answer = app.Build();
    }

    public Task WriteAsync(HttpContext http) => _answer(http);

    public void Dispose() => _provider.Dispose();
}
