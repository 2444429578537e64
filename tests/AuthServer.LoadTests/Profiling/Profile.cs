using System.Globalization;
using System.Text;
using AuthServer.LoadTests.Reporting;
using Microsoft.Diagnostics.Tracing.Etlx;
using Microsoft.Diagnostics.Tracing.EventPipe;
using Microsoft.Diagnostics.Tracing.Parsers.Clr;

namespace AuthServer.LoadTests.Profiling;

/// <summary>What a trace says: samples by method, allocations by type and by the method of ours that asked.</summary>
internal sealed class Profile
{
    // Threads that wait are sampled too; these are where they wait.
    private static readonly string[] Waiting =
    [
        "WaitForSocketEvents", "LowLevelLifoSemaphore", "WaitHandle.WaitOne", "WaitHandle.WaitMultiple", "Monitor.Wait",
        "ManualResetEventSlim.Wait", "Thread.Sleep", "WaitForSignal", "GateThread",
        "SemaphoreSlim.Wait(", "ConditionVariable", "Interop+Sys.Read", "Interop+Sys.Poll", "WaitForShutdown", "BlockingCollection",
        "LowLevelMonitor", "WaitOneNoCheck", "TimerThread",
    ];

    private readonly Dictionary<string, (int Exclusive, int Inclusive)> _methods = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _allocators = new(StringComparer.Ordinal);
    private int _samples;
    private long _allocated;
    private int _collections;
    private int _operations;

    public static Profile Read(string path, int operations)
    {
        var profile = new Profile { _operations = operations };
        var etlx = TraceLog.CreateFromEventPipeDataFile(path, path + ".etlx");
        using var log = new TraceLog(etlx);
        using var source = log.Events.GetSource();
        source.Clr.GCAllocationTick += profile.Allocated;
        source.Clr.GCStart += _ => profile._collections++;
        var sampler = new SampleProfilerTraceEventParser(source);
        sampler.ThreadSample += e => profile.Sampled(e.CallStack());
        source.Process();
        return profile;
    }

    public string Text(int top)
    {
        var text = new StringBuilder();
        text.AppendLine()
            .Append(CultureInfo.InvariantCulture, $"{_samples} samples of running threads; percent of them. ")
            .AppendLine(
                "Inclusive: the method or what it called. Exclusive: the method itself, native code that it called included.")
            .AppendLine(
                "The runtime samples at safe points, so exclusive time leans towards methods that allocate, lock or call much; " +
                "inclusive time is the better guide.");
        Table(text, "exclusive", _methods.OrderByDescending(m => m.Value.Exclusive).Take(top));
        Table(text, "inclusive", _methods.Where(m => !IsPlumbing(m.Key)).OrderByDescending(m => m.Value.Inclusive).Take(top));
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"\n{Numbers.Short((double)_allocated / Math.Max(1, _operations))} bytes allocated per operation " +
            $"(by ticks of about 100 KB), {_collections} collections");
        Allocations(text, "type", _types, top / 2);
        Allocations(text, "first method outside System and Microsoft.Extensions", _allocators, top / 2);
        return text.ToString();
    }

    private void Table(StringBuilder text, string by, IEnumerable<KeyValuePair<string, (int Exclusive, int Inclusive)>> methods)
    {
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"  excl %  incl %  method, by {by} time");
        foreach (var (name, (exclusive, inclusive)) in methods)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {Percent(exclusive),6:0.0}  {Percent(inclusive),6:0.0}  {name}");
        }
    }

    private void Allocations(StringBuilder text, string by, Dictionary<string, long> bytes, int top)
    {
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"  bytes per operation, by {by}");
        foreach (var (name, amount) in bytes.OrderByDescending(b => b.Value).Take(top))
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"  {(double)amount / Math.Max(1, _operations),10:N0}  {name}");
        }
    }

    private double Percent(int samples) => _samples == 0 ? 0 : 100.0 * samples / _samples;

    private void Sampled(TraceCallStack? stack)
    {
        if (stack is null) return;
        var native = IsNative(stack);
        while (stack is not null && IsNative(stack)) stack = stack.Caller;
        // The thread that waits for sockets does so in native code.
        if (stack is null || (native && NameOf(stack).EndsWith("SocketAsyncEngine.EventLoop", StringComparison.Ordinal))) return;
        var leaf = NameOf(stack);
        for (var (at, depth) = (stack, 0); at is not null && depth < 8; (at, depth) = (at.Caller, depth + 1))
        {
            var name = NameOf(at);
            if (Array.Exists(Waiting, w => name.Contains(w, StringComparison.Ordinal))) return;
        }

        _samples++;
        Count(leaf, 1, 0);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var at = stack; at is not null; at = at.Caller)
        {
            // A method that calls itself is counted once.
            if (seen.Add(NameOf(at))) Count(NameOf(at), 0, 1);
        }
    }

    private void Allocated(GCAllocationTickTraceData tick)
    {
        _allocated += tick.AllocationAmount64;
        _types[tick.TypeName] = _types.GetValueOrDefault(tick.TypeName) + tick.AllocationAmount64;
        for (var at = tick.CallStack(); at is not null; at = at.Caller)
        {
            var name = NameOf(at);
            if (name.StartsWith("System.", StringComparison.Ordinal)
                || name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal) || name.StartsWith('?'))
            {
                continue;
            }
            _allocators[name] = _allocators.GetValueOrDefault(name) + tick.AllocationAmount64;
            return;
        }
    }

    private void Count(string name, int exclusive, int inclusive)
    {
        var (e, i) = _methods.GetValueOrDefault(name);
        _methods[name] = (e + exclusive, i + inclusive);
    }

    private static string NameOf(TraceCallStack at)
    {
        var name = at.CodeAddress.FullMethodName;
        if (name.Length == 0) return $"?{at.CodeAddress.ModuleName}";
        // Arguments make lines long and say little.
        var arguments = name.IndexOf('(', StringComparison.Ordinal);
        return arguments > 0 ? name[..arguments] : name;
    }

    // Code without a name, and the places where a thread stands still for the sampler: their time is the caller's.
    private static bool IsNative(TraceCallStack at)
    {
        var name = NameOf(at);
        return name.StartsWith('?') || name.Contains("PollGC", StringComparison.Ordinal)
            || name.EndsWith("_Slowpath", StringComparison.Ordinal);
    }

    // In every stack, and so at the top of every list.
    private static bool IsPlumbing(string name) =>
        name.StartsWith("System.Threading.", StringComparison.Ordinal)
            || name.StartsWith("System.Runtime.CompilerServices.", StringComparison.Ordinal) || name.StartsWith('?');
}
