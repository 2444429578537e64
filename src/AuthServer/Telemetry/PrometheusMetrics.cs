using System.Runtime.CompilerServices;

namespace AuthServer.Telemetry;

/// <summary>The figures in the text that Prometheus reads, also as OpenMetrics when it is asked for.</summary>
/// <remarks>
/// Counting begins with the first question, which also loads OpenTelemetry: a server whose metrics nobody reads neither pays for that at
/// its start nor for counting at each request.
/// </remarks>
public sealed class PrometheusMetrics(TelemetryOptions options) : IDisposable
{
    private readonly Lock _gate = new();
    private MetricsReading? _reading;

    public Task WriteAsync(HttpContext http)
    {
        if (!options.Disabled) return ReadAsync(http);
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    public void Dispose() => _reading?.Dispose();

    // A method that names a type of OpenTelemetry loads it as soon as the method is compiled.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private Task ReadAsync(HttpContext http)
    {
        lock (_gate) _reading ??= new(options);
        return _reading.WriteAsync(http);
    }
}
