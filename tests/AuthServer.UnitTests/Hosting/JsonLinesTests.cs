using System.Diagnostics;
using System.Text.Json;
using AuthServer.Hosting.Configuring;
using AuthServer.Hosting.Logs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.UnitTests.Hosting;

public sealed class JsonLinesTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero));

    [Fact]
    public void An_event_is_one_object_with_its_fields() => Assert.Equal(
        """{"time":"2026-01-02T03:04:05.678Z","level":"warning","category":"Room.Type","message":"It took 3 of 1.5","event":"Name","""
        + """ "fields":{"Count":3,"Part":1.5,"Word":"zürich","None":null,"On":true}}""".TrimStart() + Environment.NewLine,
        Written("It took 3 of 1.5", fields: [("Count", 3), ("Part", 1.5), ("Word", "z\u00fcrich"), ("None", null), ("On", true)]));

    [Theory]
    [InlineData("a\r\nb")]
    [InlineData("\u001b[31mred")]
    [InlineData("a\u0085b\u2028c\u2029")]
    [InlineData("\u202egnp.exe \u2066")]
    [InlineData("\"}{\"level\":\"critical")]
    [InlineData("\ud800 alone")]
    public void What_a_caller_sent_forges_no_line_and_commands_no_terminal(string message)
    {
        var line = Written(message, new InvalidOperationException(message), ("Sent", message));
        Assert.Equal(1, line.Count('\n'));
        Assert.EndsWith("}" + Environment.NewLine, line, StringComparison.Ordinal);
        Assert.Equal(-1, line.AsSpan()[..^Environment.NewLine.Length].IndexOfAny(ConsoleLines.HiddenCharacters));
        var read = JsonDocument.Parse(line).RootElement;
        Assert.Equal("warning", read.GetProperty("level").GetString());
        Assert.Equal(message.Replace('\ud800', '\ufffd'), read.GetProperty("message").GetString());
        Assert.Equal(message.Replace('\ud800', '\ufffd'), read.GetProperty("fields").GetProperty("Sent").GetString());
        Assert.StartsWith("System.InvalidOperationException", read.GetProperty("exception").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_ids_of_a_trace_stand_in_it()
    {
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        var read = JsonDocument.Parse(Written("x")).RootElement;
        Assert.Equal(activity.TraceId.ToHexString(), read.GetProperty("trace_id").GetString());
        Assert.Equal(activity.SpanId.ToHexString(), read.GetProperty("span_id").GetString());
        Assert.False(read.TryGetProperty("fields", out _));
    }

    [Theory]
    [InlineData(null, null, LogFormat.Text)]
    [InlineData(null, "true", LogFormat.Json)]
    [InlineData(LogFormat.Text, "true", LogFormat.Text)]
    [InlineData(LogFormat.Json, null, LogFormat.Json)]
    public void A_container_logs_json_unless_it_is_told_otherwise(LogFormat? asked, string? inContainer, LogFormat expected) =>
        Assert.Equal(expected, new LogOptions { Format = asked }.FormatIn(new ConfigurationBuilder().AddInMemoryCollection(
            [new("DOTNET_RUNNING_IN_CONTAINER", inContainer)]).Build()));

    private string Written(string message, Exception? exception = null, params (string Name, object? Value)[] fields)
    {
        var output = new StringWriter();
        var state = fields.Select(f => KeyValuePair.Create(f.Name, f.Value)).Append(new("{OriginalFormat}", "template")).ToList();
        new JsonLines(_time).Write(
            new LogEntry<List<KeyValuePair<string, object?>>>(
                LogLevel.Warning, "Room.Type", fields.Length > 3 ? new EventId(7, "Name") : default, state, exception, (_, _) => message),
            null, output);
        return output.ToString();
    }
}
