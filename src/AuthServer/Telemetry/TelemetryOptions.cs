using System.Globalization;
using AuthServer.Configuration;

namespace AuthServer.Telemetry;

public enum TelemetryExporter
{
    Otlp,
    None,
}

/// <summary>
/// Where traces, metrics and logs are sent by OpenTelemetry's protocol (OTLP). Nothing is sent, and nothing of it is loaded, until an
/// endpoint is named. The names are the standard ones; others of the standard (OTEL_BSP_..., OTEL_EXPORTER_OTLP_TIMEOUT) work too.
/// </summary>
public sealed class TelemetryOptions : ICheckedSettings
{
    internal const string Grpc = "grpc", HttpProtobuf = "http/protobuf";

    private static readonly string[] Samplers =
        ["always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"];

    /// <summary>Switches everything of OpenTelemetry off, /metrics included.</summary>
    [Setting("OTEL_SDK_DISABLED", Cure = "true or false")]
    public bool Disabled { get; set; }

    /// <summary>
    /// Where to send traces, metrics and logs: with http/protobuf the paths /v1/traces, /v1/metrics and /v1/logs below it.
    /// </summary>
    [Setting("OTEL_EXPORTER_OTLP_ENDPOINT", Cure = "an address such as http://collector:4317")]
    public Uri? Endpoint { get; set; }

    /// <summary>Where to send traces, in place of the general endpoint; used as it is.</summary>
    [Setting("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", Cure = "an address such as http://collector:4318/v1/traces")]
    public Uri? TracesEndpoint { get; set; }

    /// <summary>Where to send metrics, in place of the general endpoint; used as it is.</summary>
    [Setting("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", Cure = "an address such as http://collector:4318/v1/metrics")]
    public Uri? MetricsEndpoint { get; set; }

    /// <summary>Where to send logs, in place of the general endpoint; used as it is.</summary>
    [Setting("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", Cure = "an address such as http://collector:4318/v1/logs")]
    public Uri? LogsEndpoint { get; set; }

    /// <summary>How to send: grpc or http/protobuf.</summary>
    [Setting("OTEL_EXPORTER_OTLP_PROTOCOL", Cure = "grpc or http/protobuf")]
    public string Protocol { get; set; } = Grpc;

    /// <summary>Headers of what is sent, such as the key of a service: name=value, separated by commas.</summary>
    [Setting("OTEL_EXPORTER_OTLP_HEADERS", Secret = true)]
    public string? Headers { get; set; }

    /// <summary>Whether traces are sent.</summary>
    [Setting("OTEL_TRACES_EXPORTER")]
    public TelemetryExporter TracesExporter { get; set; }

    /// <summary>Whether metrics are sent. /metrics does not depend on it.</summary>
    [Setting("OTEL_METRICS_EXPORTER")]
    public TelemetryExporter MetricsExporter { get; set; }

    /// <summary>Whether logs are sent. The console has the log in any case.</summary>
    [Setting("OTEL_LOGS_EXPORTER")]
    public TelemetryExporter LogsExporter { get; set; }

    /// <summary>
    /// Which requests have a trace: always_on, always_off, traceidratio, or one of these with parentbased_ before it, which believes the
    /// `traceparent` of a request. Any caller can send one: choose parentbased_ only where your proxy replaces it.
    /// </summary>
    [Setting("OTEL_TRACES_SAMPLER")]
    public string Sampler { get; set; } = "always_on";

    /// <summary>The part of requests for traceidratio, from 0 to 1.</summary>
    [Setting("OTEL_TRACES_SAMPLER_ARG")]
    public string SamplerArgument { get; set; } = "1";

    /// <summary>The name of this service in what is sent.</summary>
    [Setting("OTEL_SERVICE_NAME")]
    public string ServiceName { get; set; } = "authserver";

    /// <summary>More about this process in what is sent: name=value, separated by commas.</summary>
    [Setting("OTEL_RESOURCE_ATTRIBUTES")]
    public string? ResourceAttributes { get; set; }

    public bool SendsTraces => Sends(TracesEndpoint, TracesExporter);

    public bool SendsMetrics => Sends(MetricsEndpoint, MetricsExporter);

    public bool SendsLogs => Sends(LogsEndpoint, LogsExporter);

    public double Ratio { get; private set; } = 1;

    public void Check(SettingProblems problems)
    {
        if (Protocol is not (Grpc or HttpProtobuf))
        {
            problems.Add(
                "OTEL_EXPORTER_OTLP_PROTOCOL", $"\"{Protocol}\" is not a protocol of this server", $"set it to {Grpc} or {HttpProtobuf}");
        }

        if (!Samplers.Contains(Sampler))
            problems.Add("OTEL_TRACES_SAMPLER", $"\"{Sampler}\" is not a sampler", $"set it to one of {string.Join(", ", Samplers)}");
        if (double.TryParse(SamplerArgument, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var ratio)
            && ratio is >= 0 and <= 1)
        {
            Ratio = ratio;
        }
        else problems.Add("OTEL_TRACES_SAMPLER_ARG", $"\"{SamplerArgument}\" is not a number from 0 to 1");
    }

    private bool Sends(Uri? own, TelemetryExporter exporter) =>
        !Disabled && (own ?? Endpoint) is not null && exporter == TelemetryExporter.Otlp;
}
