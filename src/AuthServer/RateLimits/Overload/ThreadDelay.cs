using System.Diagnostics;

namespace AuthServer.RateLimits.Overload;

/// <summary>Measures how long work waits until a thread of the pool takes it.</summary>
internal sealed class ThreadDelay : IThreadPoolWorkItem
{
    private long _posted = Stopwatch.GetTimestamp();

    // Zero: it waits.
    private long _ran = Stopwatch.GetTimestamp();

    /// <summary>The outcome of the last look.</summary>
    public TimeSpan Last { get; private set; }

    /// <summary>Nobody looks for a while: the last wait says nothing then.</summary>
    public void Rest() => Last = TimeSpan.Zero;

    /// <summary>The wait of the last work, or the one so far of work that still waits. Posts the next.</summary>
    public TimeSpan Look()
    {
        var ran = Interlocked.Read(ref _ran);
        if (ran == 0) return Last = Stopwatch.GetElapsedTime(_posted);
        Last = Stopwatch.GetElapsedTime(_posted, ran);
        Interlocked.Exchange(ref _ran, 0);
        _posted = Stopwatch.GetTimestamp();
        // At the end of the queue of all threads, where requests are.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return Last;
    }

    public void Execute() => Interlocked.Exchange(ref _ran, Stopwatch.GetTimestamp());
}
