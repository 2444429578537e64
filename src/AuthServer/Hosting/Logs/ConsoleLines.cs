using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace AuthServer.Hosting.Logs;

/// <summary>One line per event: time, level, category, message, exception.</summary>
public sealed class ConsoleLines(TimeProvider time) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "lines";

    // Line and paragraph separators, and the characters that reverse text on a terminal (Unicode TR 36 section 3.1).
    internal static readonly string HiddenCharacters =
        string.Concat(Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7f, 0x21)).Select(c => (char)c))
        + "\u2028\u2029\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";

    private static readonly SearchValues<char> Hidden = SearchValues.Create(HiddenCharacters);

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        if (IsTakenPort(logEntry.Exception)) return;
        textWriter.Write(time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z' ", CultureInfo.InvariantCulture));
        textWriter.Write(Word(logEntry.LogLevel));
        textWriter.Write(": ");
        textWriter.Write(logEntry.Category);
        textWriter.Write(": ");
        WriteVisible(textWriter, logEntry.Formatter(logEntry.State, logEntry.Exception));
        if (logEntry.Exception is { } exception)
        {
            textWriter.Write(' ');
            WriteVisible(textWriter, exception.ToString().ReplaceLineEndings(" "));
        }

        textWriter.WriteLine();
    }

    // ServeCommand says it in one line, with what to do.
    internal static bool IsTakenPort(Exception? exception) =>
        exception is AddressInUseException || (exception is not null && IsTakenPort(exception.InnerException));

    /// <summary>Text may come from a caller: a line break would forge a line, and an escape sequence would command the terminal.</summary>
    private static void WriteVisible(TextWriter output, ReadOnlySpan<char> text)
    {
        while (text.IndexOfAny(Hidden) is var at and >= 0)
        {
            output.Write(text[..at]);
            output.Write(string.Create(CultureInfo.InvariantCulture, $"\\u{(int)text[at]:x4}"));
            text = text[(at + 1)..];
        }

        output.Write(text);
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
