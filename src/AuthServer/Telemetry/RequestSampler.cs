using System.Diagnostics;
using System.Security.Cryptography;
using AuthServer.Configuration;
using OpenTelemetry.Trace;

namespace AuthServer.Telemetry;

/// <summary>Which requests have a trace; never those of probes. The spans within a request follow it.</summary>
/// <remarks>
/// A caller chooses his trace id and the flag beside it, so neither decides, unless the operator has said so (parentbased_): else a
/// stranger would have all his requests recorded, or none of them.
/// </remarks>
internal sealed class RequestSampler(double ratio, bool believesParents) : Sampler
{
    private const int Parts = 1_000_000;
    private const string Path = "url.path", Probes = ProbePaths.Root + "/";

    private static readonly SamplingResult Yes = new(SamplingDecision.RecordAndSample), No = new(SamplingDecision.Drop);

    public static RequestSampler Of(TelemetryOptions options) => new(
        options.Sampler switch
        {
            var name when name.EndsWith("always_off", StringComparison.Ordinal) => 0,
            var name when name.EndsWith("traceidratio", StringComparison.Ordinal) => options.Ratio,
            _ => 1,
        },
        options.Sampler.StartsWith("parentbased_", StringComparison.Ordinal));

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        var parent = samplingParameters.ParentContext;
        if (parent.SpanId != default && (!parent.IsRemote || believesParents))
            return parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? Yes : No;
        // Without a request around it: the look at the key ring every two seconds and the like.
        if (samplingParameters.Kind != ActivityKind.Server || IsProbe(samplingParameters.Tags)) return No;
        return IsChosen() ? Yes : No;
    }

    private static bool IsProbe(IEnumerable<KeyValuePair<string, object?>>? tags)
    {
        foreach (var (name, value) in tags ?? [])
            if (name == Path) return value is string path && path.Contains(Probes, StringComparison.Ordinal);
        return false;
    }

    private bool IsChosen() => ratio >= 1 || (ratio > 0 && RandomNumberGenerator.GetInt32(Parts) < ratio * Parts);
}
