using System.Collections.Concurrent;
using AuthServer.LoadTests.Reporting;

namespace AuthServer.LoadTests.Soaking;

/// <summary>Response times and errors by kind of request.</summary>
internal sealed class SoakRecord
{
    private readonly ConcurrentDictionary<string, Kind> _kinds = new(StringComparer.Ordinal);

    public int Errors => _kinds.Values.Sum(k => k.Errors);

    public void Add(string kind, TimeSpan time, string? problem)
    {
        var row = _kinds.GetOrAdd(kind, _ => new Kind());
        lock (row)
        {
            row.Microseconds.Add((int)time.TotalMicroseconds);
            if (problem is null) return;
            row.Errors++;
            row.FirstError ??= problem;
        }
    }

    public string Table()
    {
        var table = new TextTable("request", "count", "errors", "p50 ms", "p95 ms", "p99 ms", "most ms");
        foreach (var (name, kind) in _kinds.OrderBy(k => k.Key, StringComparer.Ordinal)) Add(name, kind.Microseconds, kind.Errors);
        Add(
            "all but sign-in", [.. _kinds.Where(k => k.Key != Soak.SignIn).SelectMany(k => k.Value.Microseconds)], _kinds.Where(
                k => k.Key != Soak.SignIn).Sum(k => k.Value.Errors));
        var errors = string.Concat(
            _kinds.Where(k => k.Value.FirstError is not null).Select(k => $"first error of {k.Key}: {k.Value.FirstError}\n"));
        return table + errors;

        void Add(string name, List<int> times, int wrong)
        {
            times.Sort();
            table.Add(name, $"{times.Count}", $"{wrong}", At(times, 0.50), At(times, 0.95), At(times, 0.99), At(times, 1));
        }
    }

    private static string At(List<int> times, double quantile) =>
        times.Count == 0 ? "-" : Numbers.Short(times[Math.Min(times.Count - 1, (int)(times.Count * quantile))] / 1000.0);

    private sealed class Kind
    {
        public List<int> Microseconds { get; } = [];

        public int Errors { get; set; }

        public string? FirstError { get; set; }
    }
}
