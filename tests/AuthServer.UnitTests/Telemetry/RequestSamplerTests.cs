using System.Diagnostics;
using AuthServer.Telemetry;
using OpenTelemetry.Trace;

namespace AuthServer.UnitTests.Telemetry;

public sealed class RequestSamplerTests
{
    private static readonly ActivityTraceId Trace = ActivityTraceId.CreateRandom();

    [Theory]
    [InlineData("always_on", null, true)]
    // A caller's flag neither hides a request nor has it recorded.
    [InlineData("always_on", false, true)]
    [InlineData("always_off", true, false)]
    [InlineData("always_off", null, false)]
    // The operator's proxy decides, because he says so.
    [InlineData("parentbased_always_on", false, false)]
    [InlineData("parentbased_always_off", true, true)]
    [InlineData("parentbased_always_on", null, true)]
    [InlineData("parentbased_always_off", null, false)]
    public void A_callers_flag_counts_only_where_the_operator_believes_it(string name, bool? flag, bool expected)
    {
        var parent = flag is { } isSet
            ? new ActivityContext(
                Trace, ActivitySpanId.CreateRandom(), isSet ? ActivityTraceFlags.Recorded : ActivityTraceFlags.None, isRemote: true)
            : default;
        Assert.Equal(expected, IsSampled(new TelemetryOptions { Sampler = name }, parent));
    }

    [Theory]
    [InlineData(ActivityTraceFlags.Recorded, true)]
    [InlineData(ActivityTraceFlags.None, false)]
    public void Spans_of_this_process_follow_their_request(ActivityTraceFlags flags, bool expected) => Assert.Equal(
        expected,
        IsSampled(
            new TelemetryOptions { Sampler = "always_off" }, new ActivityContext(Trace, ActivitySpanId.CreateRandom(), flags),
            ActivityKind.Client));

    [Fact]
    public void A_part_of_the_requests_is_chosen_whatever_trace_id_they_bring()
    {
        var options = new TelemetryOptions { Sampler = "traceidratio", SamplerArgument = "0.25" };
        options.Check(new AuthServer.Configuration.SettingProblems());
        var sampler = RequestSampler.Of(options);
        // The trace id that the standard sampler always takes: its last bytes are zero.
        var chosen = ActivityTraceId.CreateFromString("000000000000000100000000000000aa");
        var parent = new ActivityContext(chosen, ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, isRemote: true);
        var count = Enumerable.Range(0, 2000).Count(_ => Decides(sampler, parent, ActivityKind.Server));
        // 500 expected, with a deviation of 19.
        Assert.InRange(count, 350, 650);
    }

    [Fact]
    public void What_has_no_request_around_it_and_probes_have_no_trace()
    {
        Assert.False(IsSampled(new TelemetryOptions(), default, ActivityKind.Client));
        Assert.False(IsSampled(new TelemetryOptions(), default, ActivityKind.Server, "/health/ready"));
        Assert.False(IsSampled(new TelemetryOptions(), default, ActivityKind.Server, "/base/health/live"));
        Assert.True(IsSampled(new TelemetryOptions(), default, ActivityKind.Server, "/signin"));
    }

    private static bool IsSampled(
        TelemetryOptions options, ActivityContext parent, ActivityKind kind = ActivityKind.Server, string? path = null) =>
        Decides(RequestSampler.Of(options), parent, kind, path);

    private static bool Decides(RequestSampler sampler, ActivityContext parent, ActivityKind kind, string? path = null) =>
        sampler.ShouldSample(new SamplingParameters(
            parent, parent.TraceId, "name", kind, path is null ? null : [new("url.path", path)])).Decision
            == SamplingDecision.RecordAndSample;
}
