using System.Runtime.CompilerServices;

namespace AuthServer.Telemetry;

/// <summary>The figures in the text that Prometheus reads, also as OpenMetrics when it is asked for.</summary>
/// <remarks>
/// Counting begins with the first question, which also loads OpenTelemetry: a server whose metrics nobody reads neither pays for that at
/// its start nor for counting at each request.
/// </remarks>
public sealed class PrometheusMetrics : IDisposable
{
    private readonly Lazy<MetricsReading> _reading = new(static () => new());

    public Task WriteAsync(HttpContext http) => ReadAsync(http);

    public void Dispose()
    {
        if (_reading.IsValueCreated) _reading.Value.Dispose();
    }

    // A method that names a type of OpenTelemetry loads it as soon as the method is compiled.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Task ReadAsync(HttpContext http) => _reading.Value.WriteAsync(http);
}
