using AuthServer.Configuration;
using OpenTelemetry.Resources;

namespace AuthServer.Telemetry;

/// <summary>Who sends: the name and version of the service, and one id for each process.</summary>
internal static class ServiceResource
{
    private static readonly string Instance = Guid.CreateVersion7().ToString();

    public static ResourceBuilder Of(TelemetryOptions options) => ResourceBuilder.CreateEmpty().AddTelemetrySdk()
        .AddService(options.ServiceName, serviceVersion: ProductVersion.Text, serviceInstanceId: Instance)
        .AddAttributes(Attributes(options.ResourceAttributes));

    // OpenTelemetry's specification of resources: name=value, separated by commas, values percent-encoded.
    private static IEnumerable<KeyValuePair<string, object>> Attributes(string? text) =>
        from pair in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        let parts = pair.Split('=', 2)
        where parts.Length == 2
        select KeyValuePair.Create(parts[0].Trim(), (object)Uri.UnescapeDataString(parts[1].Trim()));
}
