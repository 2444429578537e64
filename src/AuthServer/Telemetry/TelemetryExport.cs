using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace AuthServer.Telemetry;

/// <summary>Sends traces, metrics and logs by OTLP from the start of the host to its end, and what is left at the end.</summary>
/// <param name="logs">Null: logs are not sent.</param>
internal sealed class TelemetryExport(TelemetryOptions options, IConfiguration configuration, LoggerProvider? logs = null)
    : IHostedService, IDisposable
{
    // What is left is sent side by side: a collector that is away keeps the process from its end for this time, not for three times as
    // long.
    private const int LastMilliseconds = 2500;

    // Without it an activity of ASP.NET Core has no attributes: they are those of OpenTelemetry's conventions for HTTP servers.
    private const string BareActivities = "Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData";

    private static readonly string[] Sources =
        ["Microsoft.AspNetCore", "Npgsql", "System.Net.Http", Decisions.Name, Decisions.Name + ".*"];

    private TracerProvider? _traces;
    private MeterProvider? _metrics;

    public static void Add(IServiceCollection services, TelemetryOptions options)
    {
        if (options.SendsTraces)
        {
            AppContext.SetSwitch(BareActivities, false);
            services.AddSingleton<DistributedContextPropagator, TraceParentAlone>();
        }

        if (options.SendsTraces || options.SendsMetrics || options.SendsLogs) services.AddHostedService<TelemetryExport>();
        if (!options.SendsLogs) return;
        services.AddLogging(logging => logging.AddOpenTelemetry(logs =>
        {
            logs.IncludeFormattedMessage = true;
            logs.SetResourceBuilder(ServiceResource.Of(options));
            logs.AddOtlpExporter(otlp => Direct(otlp, options, options.LogsEndpoint, "v1/logs"));
        }));
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.SendsTraces)
        {
            _traces = Sdk.CreateTracerProviderBuilder()
                .ConfigureServices(services => services.AddSingleton(configuration))
                .SetResourceBuilder(ServiceResource.Of(options))
                .AddSource(Sources)
                .SetSampler(RequestSampler.Of(options))
                .AddProcessor(new BoundedSpans())
                .AddOtlpExporter(otlp => Direct(otlp, options, options.TracesEndpoint, "v1/traces"))
                .Build();
        }

        if (options.SendsMetrics)
        {
            _metrics = Sdk.CreateMeterProviderBuilder()
                .ConfigureServices(services => services.AddSingleton(configuration))
                .SetResourceBuilder(ServiceResource.Of(options))
                .AddMeter(Meters.All)
                .AddOtlpExporter(otlp => Direct(otlp, options, options.MetricsEndpoint, "v1/metrics"))
                .Build();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // The container disposes after every hosted service has stopped: the last spans are those of the last requests.
    public void Dispose()
    {
        Parallel.Invoke(
            () => _traces?.Shutdown(LastMilliseconds), () => _metrics?.Shutdown(LastMilliseconds), () => logs?.Shutdown(LastMilliseconds));
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    // The package reads the other variables of the standard by itself.
    private static void Direct(OtlpExporterOptions otlp, TelemetryOptions options, Uri? own, string path)
    {
        // OpenTelemetry Protocol Exporter, "Endpoint URLs for OTLP/HTTP": the general one is a base, that of a signal is used as it is.
        otlp.Endpoint = own ?? (options.Protocol == TelemetryOptions.Grpc
            ? options.Endpoint! : new Uri(options.Endpoint!.AbsoluteUri.TrimEnd('/') + "/" + path));
        otlp.Protocol = options.Protocol == TelemetryOptions.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        if (options.Headers is { } headers) otlp.Headers = headers;
    }
}
