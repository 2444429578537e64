using System.Diagnostics;

namespace AuthServer.Telemetry;

/// <summary>Takes the trace id of a request from a valid <c>traceparent</c> (W3C Trace Context section 3.2), and nothing else.</summary>
/// <remarks>
/// tracestate and baggage are texts of any caller, which would be carried along and stored with each span. What the server itself calls
/// (object storage, an HSM) has no use for them either.
/// </remarks>
internal sealed class TraceParentAlone : DistributedContextPropagator
{
    private const string TraceParent = "traceparent";

    public override IReadOnlyCollection<string> Fields { get; } = [TraceParent];

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter)
    {
    }

    public override void ExtractTraceIdAndState(
        object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState)
    {
        (traceId, traceState) = (null, null);
        if (getter is null) return;
        getter(carrier, TraceParent, out var value, out var values);
        // One header in two lines is no header (section 3.2).
        value ??= values is null ? null : values.Take(2).ToList() is [var only] ? only : null;
        if (value is { Length: < 100 } && ActivityContext.TryParse(value, null, isRemote: true, out _)) traceId = value;
    }

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) => null;
}
