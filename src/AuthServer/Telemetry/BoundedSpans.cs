using System.Diagnostics;
using OpenTelemetry;

namespace AuthServer.Telemetry;

/// <summary>Takes out of the span of a request what its caller wrote there.</summary>
/// <remarks>
/// Paths hold ids of people, and by mistake a token or a password; a route says the same and is one of a known number. A User-Agent may
/// be any text.
/// </remarks>
internal sealed class BoundedSpans : BaseProcessor<Activity>
{
    private const string Path = "url.path", Route = "http.route", Unknown = "/*";

    public override void OnEnd(Activity data)
    {
        if (data.Kind != ActivityKind.Server) return;
        data.SetTag(Path, data.GetTagItem(Route) ?? Unknown);
        data.SetTag("url.query", null);
        data.SetTag("user_agent.original", null);
        data.SetTag("http.request.method_original", null);
        // The Host header until the issuer's address replaces it.
        data.SetTag("server.address", null);
        data.SetTag("server.port", null);
    }
}
