using AuthServer.Hosting.Logs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.UnitTests.Hosting;

public sealed class ConsoleLinesTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero));

    [Fact]
    public void An_event_is_one_line_without_numbers() =>
        Assert.Equal($"2026-01-02T03:04:05.678Z warn: Room.Type: It happened{Environment.NewLine}", Written("It happened"));

    [Theory]
    [InlineData("a\r\nb", "a\\u000d\\u000ab")]
    [InlineData("\u001b[31mred", "\\u001b[31mred")]
    [InlineData("a\u0085b\u2028c", "a\\u0085b\\u2028c")]
    [InlineData("\u202egnp.exe", "\\u202egnp.exe")]
    [InlineData("z\u00fcrich", "z\u00fcrich")]
    public void What_a_caller_sent_forges_no_line_and_commands_no_terminal(string message, string expected) =>
        Assert.Equal($"2026-01-02T03:04:05.678Z warn: Room.Type: {expected}{Environment.NewLine}", Written(message));

    [Fact]
    public void An_exception_stands_in_the_same_line()
    {
        var line = Written("Failed", new InvalidOperationException("first\nsecond"));
        Assert.Contains("Failed System.InvalidOperationException: first second", line, StringComparison.Ordinal);
        Assert.Equal(1, line.Count('\n'));
    }

    private string Written(string message, Exception? exception = null)
    {
        var output = new StringWriter();
        new ConsoleLines(_time)
            .Write(
                new LogEntry<string>(
                    LogLevel.Warning, "Room.Type", new EventId(7, "Name"), message, exception, (state, _) => state), null, output);
        return output.ToString();
    }
}
