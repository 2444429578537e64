using AuthServer.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.UnitTests.Hosting;

public sealed class LineFormatterTests
{
    [Fact]
    public void An_entry_is_one_line_and_nothing_in_it_is_a_control_character()
    {
        var entry = new LogEntry<string>(
            LogLevel.Warning, "Room", default, "client web\r\n2026 fail: forged \u001b[31m\u0000", new InvalidOperationException("two\nlines"), (state, _) => state);
        using var text = new StringWriter { NewLine = "\n" };
        new LineFormatter(new FakeTimeProvider(new(2026, 11, 24, 12, 0, 0, 5, TimeSpan.Zero))).Write(entry, null, text);
        Assert.Equal(
            "2026-11-24T12:00:00.005Z warn: Room: client web 2026 fail: forged \\u001b[31m\\u0000 System.InvalidOperationException: two lines\n", text.ToString());
    }
}
