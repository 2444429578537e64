using AuthServer.Telemetry;

namespace AuthServer.UnitTests.Telemetry;

/// <summary>W3C Trace Context section 3.2.</summary>
public sealed class TraceParentAloneTests
{
    private const string Valid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    [Theory]
    [InlineData(Valid, Valid)]
    [InlineData("00-00000000000000000000000000000000-00f067aa0ba902b7-01", null)]
    [InlineData("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", null)]
    [InlineData("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", null)]
    [InlineData("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", null)]
    [InlineData("|a.hierarchical.id.", null)]
    [InlineData("x\r\ny", null)]
    [InlineData("", null)]
    public void A_trace_is_joined_by_a_valid_header_alone(string sent, string? expected) => Assert.Equal((expected, null), Of([sent]));

    [Fact]
    public void A_header_in_two_lines_and_one_without_end_are_none()
    {
        Assert.Equal((null, null), Of([Valid, Valid]));
        Assert.Equal((null, null), Of(["01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-" + new string('a', 10_000)]));
    }

    [Fact]
    public void Baggage_is_not_carried_along() =>
        Assert.Null(new TraceParentAlone().ExtractBaggage(null, (object? _, string _, out string? value, out IEnumerable<string>? values) =>
            (value, values) = ("key=value", null)));

    private static (string? TraceId, string? State) Of(string[] lines)
    {
        new TraceParentAlone().ExtractTraceIdAndState(
            null,
            (object? _, string name, out string? value, out IEnumerable<string>? values) =>
            {
                value = name != "traceparent" ? "state" : lines.Length == 1 ? lines[0] : null;
                values = name == "traceparent" && lines.Length > 1 ? lines : null;
            },
            out var traceId, out var state);
        return (traceId, state);
    }
}
