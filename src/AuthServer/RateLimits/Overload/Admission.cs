using System.Security.Cryptography;
using AuthServer.Telemetry;

namespace AuthServer.RateLimits.Overload;

/// <summary>Takes requests as long as they can be answered soon; beyond that a caller is told at once to come back.</summary>
/// <remarks>
/// Work that is taken beyond what the processor can do waits ever longer, until every answer comes too late to be of use. Two signs tell
/// of it: how long new work waits for a thread, and how long the requests inside will need at the rate at which they get done.
/// </remarks>
public sealed class Admission : IDisposable
{
    // A look at each of the two; the last four must agree, so that a pause of the machine or of the garbage collector is none.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(25);

    private readonly OverloadSigns _signs;
    private readonly ThreadDelay _delay = new();
    private readonly ManualResetEventSlim _work = new(), _end = new();
    private readonly Thread? _watch;
    private int _inside, _isWatched;
    private long _done;
    private volatile bool _refuses;

    public Admission(OverloadOptions options, AuthMeter meter)
    {
        _signs = new OverloadSigns(TimeSpan.FromMilliseconds(options.QueueMilliseconds));
        meter.ObserveAdmission(() => Volatile.Read(ref _inside), () => _delay.Last.TotalSeconds);
        if (options.QueueMilliseconds == 0) return;
        _watch = new Thread(Watch) { IsBackground = true, Name = "admission" };
    }

    /// <summary>How long a caller who is not taken should wait: an overload of a moment is over by then.</summary>
    /// <remarks>Not the same for all, so that they do not come back together.</remarks>
    public static TimeSpan RetryAfter => TimeSpan.FromSeconds(RandomNumberGenerator.GetInt32(1, 4));

    /// <returns>False: the request is not to be answered. Otherwise <see cref="Leave"/> must follow.</returns>
    public bool TryEnter()
    {
        if (_refuses) return false;
        Interlocked.Increment(ref _inside);
        if (Volatile.Read(ref _isWatched) == 0) Wake();
        return true;
    }

    public void Leave()
    {
        Interlocked.Decrement(ref _inside);
        Interlocked.Increment(ref _done);
    }

    /// <summary>The request waits where another bound holds, and says nothing about the rest; <see cref="Resume"/> must follow.</summary>
    public void Pause() => Interlocked.Decrement(ref _inside);

    public void Resume() => Interlocked.Increment(ref _inside);

    public void Dispose()
    {
        _end.Set();
        _work.Set();
        if (_watch is { IsAlive: true }) _watch.Join();
        _work.Dispose();
        _end.Dispose();
    }

    // A server that nobody asks has no thread that wakes up.
    private void Wake()
    {
        if (_watch is null || Interlocked.Exchange(ref _isWatched, 1) == 1) return;
        lock (_work)
        {
            if (_watch.ThreadState.HasFlag(ThreadState.Unstarted)) _watch.Start();
        }
        _work.Set();
    }

    private void Watch()
    {
        var quiet = 0;
        while (!_end.Wait(Tick))
        {
            var (inside, done) = (Volatile.Read(ref _inside), Interlocked.Read(ref _done));
            var isQuiet = inside == 0 && !_signs.HasWork(done);
            _refuses = _signs.Judge(_delay.Look(), ThreadPool.PendingWorkItemCount, inside, done, Tick);
            // Who is turned away wakes nobody up.
            quiet = isQuiet && !_refuses ? quiet + 1 : 0;
            if (quiet < OverloadSigns.Window) continue;
            _delay.Rest();
            _work.Reset();
            Volatile.Write(ref _isWatched, 0);
            // A request that came in between has not seen the flag.
            if (Volatile.Read(ref _inside) == 0) _work.Wait();
            Volatile.Write(ref _isWatched, 1);
            _signs.Restart();
            quiet = 0;
        }
    }
}
