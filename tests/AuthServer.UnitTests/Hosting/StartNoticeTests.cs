using AuthServer.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthServer.UnitTests.Hosting;

/// <summary>What the server says once it listens: columns for a person, fields for a program.</summary>
public sealed class StartNoticeTests
{
    private static readonly StartNotice.Line[] Lines =
    [
        new("Issuer", "https://id.example.com"), new("Certificate", "made  here.", "Trust it:", "  run this"),
        new("Warning", "The clock is wrong."),
    ];

    [Fact]
    public void A_person_reads_columns()
    {
        using var output = new StringWriter { NewLine = "\n" };
        StartNotice.Write("Production", Lines, output);
        Assert.Equal(
            """
            AuthServer runs in Production.
              Issuer        https://id.example.com
              Certificate   made  here.
                            Trust it:
                              run this
              Warning       The clock is wrong.

            """, output.ToString().ReplaceLineEndings());
    }

    [Theory]
    [InlineData("http://localhost:5080", false)]
    [InlineData("https://127.0.0.1:5443/auth", false)]
    [InlineData("https://id.example.com", true)]
    [InlineData("https://192.168.1.20:5443", true)]
    public void Development_at_an_address_that_others_reach_is_warned_of(string issuer, bool warned) =>
        Assert.Equal(warned, StartNotice.OpenDevelopment(new(issuer))?.Contains("/dev/mail", StringComparison.Ordinal) == true);

    [Fact]
    public void A_program_reads_fields()
    {
        var log = new Kept();
        StartNotice.Log("Production", Lines, log);
        Assert.Equal(
            [
                (LogLevel.Information, "AuthServer runs in Production.", "Production"),
                (LogLevel.Information, "Issuer: https://id.example.com", "Issuer|https://id.example.com"),
                (LogLevel.Information, "Certificate: made  here. Trust it: run this", "Certificate|made  here. Trust it: run this"),
                (LogLevel.Warning, "The clock is wrong.", "The clock is wrong."),
            ], log.Events);
    }

    private sealed class Kept : ILogger
    {
        public List<(LogLevel Level, string Message, string Fields)> Events { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Events.Add((logLevel, formatter(state, exception), string.Join('|', ((IReadOnlyList<KeyValuePair<string, object?>>)state!)
                .Where(field => field.Key != "{OriginalFormat}").OrderBy(field => field.Key, StringComparer.Ordinal)
                .Select(field => field.Value))));
    }
}
