using System.Collections.Frozen;

namespace AuthServer.Configuration;

/// <summary>The variables of OpenTelemetry's specification that its packages read by themselves, beside this server's settings.</summary>
/// <remarks>A test compares the list with what the packages ask the configuration for.</remarks>
public static class OpenTelemetryVariables
{
    private const string Prefix = "OTEL_";

    // Of OpenTelemetry for .NET alone: trials and diagnostics of the packages, and the automatic instrumentation, which is loaded into
    // the process from outside.
    private const string OfDotnet = "OTEL_DOTNET_";

    public static FrozenSet<string> ReadByThePackages { get; } = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "OTEL_BSP_SCHEDULE_DELAY", "OTEL_BSP_EXPORT_TIMEOUT", "OTEL_BSP_MAX_QUEUE_SIZE", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
        "OTEL_BLRP_SCHEDULE_DELAY", "OTEL_BLRP_EXPORT_TIMEOUT", "OTEL_BLRP_MAX_QUEUE_SIZE", "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE",
        "OTEL_METRIC_EXPORT_INTERVAL", "OTEL_METRIC_EXPORT_TIMEOUT", "OTEL_METRICS_EXEMPLAR_FILTER",
        "OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_EXPORTER_OTLP_COMPRESSION", "OTEL_EXPORTER_OTLP_CERTIFICATE",
        "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", "OTEL_EXPORTER_OTLP_CLIENT_KEY", "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
        "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
        "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_ATTRIBUTE_COUNT_LIMIT", "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT",
        "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "OTEL_SPAN_EVENT_COUNT_LIMIT", "OTEL_SPAN_LINK_COUNT_LIMIT", "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT",
        "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", "OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT",
        "OTEL_LOG_LEVEL");

    // The OpenTelemetry operator of Kubernetes sets them, for use within the values of others.
    private static readonly string[] OfTheOperator = ["OTEL_RESOURCE_ATTRIBUTES_", "OTEL_POD_IP", "OTEL_NODE_IP"];

    /// <summary>Whether a variable is one of the standard, whoever reads it.</summary>
    public static bool IsOne(string name) =>
        name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && !name.StartsWith(OfDotnet, StringComparison.OrdinalIgnoreCase)
        && !OfTheOperator.Any(known => name.StartsWith(known, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the packages may read it.</summary>
    public static bool IsPassedOn(string name) =>
        ReadByThePackages.Contains(name) || name.StartsWith(OfDotnet, StringComparison.OrdinalIgnoreCase);
}
