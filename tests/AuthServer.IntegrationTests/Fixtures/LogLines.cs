using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>Keeps the lines that a server logs.</summary>
/// <param name="least">The level from which on they are kept.</param>
public class LogLines(LogLevel least = LogLevel.Trace) : ILogger, ILoggerFactory
{
    private readonly ConcurrentQueue<(LogLevel Level, string Text)> _lines = new();

    public IReadOnlyList<(LogLevel Level, string Text)> Levels => [.. _lines];

    public IReadOnlyCollection<string> All => [.. _lines.Select(line => line.Text)];

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
        // It is the only place that lines go to.
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) _lines.Enqueue((logLevel, formatter(state, exception)));
    }

    public void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>Keeps the lines that one class of the server logs.</summary>
public sealed class LogLines<T> : LogLines, ILogger<T>;
