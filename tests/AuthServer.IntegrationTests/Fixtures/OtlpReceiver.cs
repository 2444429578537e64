using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>A collector of OpenTelemetry that keeps what it gets (OTLP/HTTP with protobuf).</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Body, string Headers)> _received = new();

    private OtlpReceiver(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>Settings that send everything here, soon.</summary>
    public IEnumerable<(string Key, string Value)> Settings =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_BSP_SCHEDULE_DELAY", "100"),
        ("OTEL_BLRP_SCHEDULE_DELAY", "100"), ("OTEL_METRIC_EXPORT_INTERVAL", "300"),
    ];

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new OtlpReceiver(builder.Build());
        receiver._app.Run(receiver.KeepAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>Everything that came to a path such as /v1/traces.</summary>
    public IReadOnlyList<byte[]> Bodies(string path) => [.. _received.Where(r => r.Path == path).Select(r => r.Body)];

    /// <summary>The heads of the requests.</summary>
    public string Headers => string.Join('\n', _received.Select(r => r.Headers));

    public IReadOnlyList<OtlpSpan> Spans() => [.. Bodies("/v1/traces").SelectMany(OtlpSpan.Read)];

    /// <summary>Waits until a span has come that a test is about.</summary>
    public async Task<IReadOnlyList<OtlpSpan>> SpansWithAsync(Func<OtlpSpan, bool> isWanted)
    {
        await Eventually.UntilAsync(
            "the span has come", () => Spans().Any(isWanted), () => string.Join('\n', Spans().Select(s => s.ToString())));
        return Spans();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task KeepAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        _received.Enqueue((http.Request.Path, body.ToArray(), string.Join('\n', http.Request.Headers.Select(h => $"{h.Key}: {h.Value}"))));
        http.Response.ContentType = "application/x-protobuf";
    }
}
