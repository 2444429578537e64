using AuthServer.Configuration;
using AuthServer.Telemetry;
using Microsoft.Extensions.Configuration;

namespace AuthServer.UnitTests.Telemetry;

public sealed class TelemetryOptionsTests
{
    [Fact]
    public void Nothing_is_sent_until_an_endpoint_is_named()
    {
        var (options, problems) = Read();
        Assert.Empty(problems);
        Assert.False(options.SendsTraces || options.SendsMetrics || options.SendsLogs);
    }

    [Fact]
    public void Each_kind_can_be_left_out_or_go_elsewhere()
    {
        var (options, problems) = Read(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317"), ("OTEL_LOGS_EXPORTER", "none"));
        Assert.Empty(problems);
        Assert.Equal((true, true, false), (options.SendsTraces, options.SendsMetrics, options.SendsLogs));
        (options, _) = Read(("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://collector:4318/v1/traces"));
        Assert.Equal((true, false, false), (options.SendsTraces, options.SendsMetrics, options.SendsLogs));
        (options, _) = Read(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317"), ("OTEL_SDK_DISABLED", "true"));
        Assert.Equal((false, false, false), (options.SendsTraces, options.SendsMetrics, options.SendsLogs));
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "an absolute http or https address")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "set it to grpc or http/protobuf")]
    [InlineData("OTEL_TRACES_EXPORTER", "jaeger", "is not otlp or none")]
    [InlineData("OTEL_TRACES_SAMPLER", "sometimes", "set it to one of always_on, ")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "1.5", "is not a number from 0 to 1")]
    public void A_value_that_the_package_would_pass_over_in_silence_is_refused(string key, string value, string expected)
    {
        var line = Assert.Single(Read((key, value)).Problems);
        Assert.StartsWith(key + ": ", line, StringComparison.Ordinal);
        Assert.Contains(expected, line, StringComparison.Ordinal);
    }

    [Fact]
    public void Variables_of_the_standard_that_the_package_reads_are_no_unknown_settings()
    {
        var problems = new SettingProblems();
        UnknownSettings.Refuse(
            new ConfigurationBuilder().Build(), ["OTEL_BSP_SCHEDULE_DELAY"], ["--OTEL_EXPORTER_OTLP_TIMEOUT=5000"],
            [typeof(TelemetryOptions)], problems);
        Assert.Empty(problems.Lines);
        Assert.Equal(
            [("OTEL_EXPORTER_OTLP_ENDPONT", "OTEL_EXPORTER_OTLP_ENDPOINT")],
            UnknownSettings.Misspelt(
                [
                    "OTEL_EXPORTER_OTLP_ENDPONT", "OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_BLRP_MAX_QUEUE_SIZE",
                    "OTEL_RESOURCE_ATTRIBUTES_POD_NAME", "OTEL_POD_IP",
                ],
                [typeof(TelemetryOptions)]));
    }

    private static (TelemetryOptions Options, IReadOnlyList<string> Problems) Read(params (string Key, string Value)[] settings)
    {
        var reader = new SettingsReader(new ConfigurationBuilder().AddInMemoryCollection(
            settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build());
        return (reader.Read<TelemetryOptions>(), reader.Problems.Lines);
    }
}
