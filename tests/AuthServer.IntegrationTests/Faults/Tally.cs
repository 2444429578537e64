using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace AuthServer.IntegrationTests.Faults;

/// <summary>How many requests had which answer, and from when to when some had none.</summary>
internal sealed class Tally
{
    // A request whose connection broke.
    private const int None = 0;

    private readonly ConcurrentDictionary<int, int> _answers = new();
    private readonly Lock _gate = new();
    private long? _firstFailure, _lastFailure;

    /// <summary>Answers of 500 and more, and connections that broke.</summary>
    public int Failures => _answers.Where(a => IsFailure(a.Key)).Sum(a => a.Value);

    /// <summary>From the first failure to the last one.</summary>
    public TimeSpan Disturbed =>
        _firstFailure is { } first && _lastFailure is { } last ? Stopwatch.GetElapsedTime(first, last) : TimeSpan.Zero;

    public void AddBroken() => Add(None);

    public void Add(HttpStatusCode status) => Add((int)status);

    /// <returns>How many requests had this answer.</returns>
    public int Of(HttpStatusCode status) => _answers.GetValueOrDefault((int)status);

    public override string ToString()
    {
        var answers = _answers.OrderBy(a => a.Key).Select(a => $"{a.Value} x {(a.Key == None ? "none" : a.Key)}");
        return $"{string.Join(", ", answers)}; disturbed for {Disturbed.TotalSeconds:0.0} s";
    }

    private void Add(int status)
    {
        _answers.AddOrUpdate(status, 1, static (_, n) => n + 1);
        if (!IsFailure(status)) return;
        lock (_gate)
        {
            _lastFailure = Stopwatch.GetTimestamp();
            _firstFailure ??= _lastFailure;
        }
    }

    private static bool IsFailure(int status) => status is None or >= 500;
}
