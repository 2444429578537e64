using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace AuthServer.Users.Passwords;

/// <summary>The few threads on which passwords are hashed, below everything else in priority.</summary>
/// <remarks>
/// A hash holds a processor for some 25 ms. On threads of the pool as many of them as processors would stop the server; at equal
/// priority each would hold up the requests that take a tenth of a millisecond. They use idle cores in full.
/// </remarks>
internal sealed class HashingThreads : IDisposable
{
    private const int Niceness = 10;

    private readonly BlockingCollection<Action> _queue = [];
    private readonly int _count;
    private int _started;

    public HashingThreads(int count) => _count = count;

    public Task<T> RunAsync<T>(Func<T> work)
    {
        if (Interlocked.Exchange(ref _started, 1) == 0) Start();
        var outcome = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Add(() =>
        {
            try
            {
                outcome.SetResult(work());
            }
#pragma warning disable CA1031 // The waiting caller gets the failure, whatever it is.
            catch (Exception exception)
            {
                outcome.SetException(exception);
            }
#pragma warning restore CA1031
        });
        return outcome.Task;
    }

    // The collection is left to the collector: its threads may still be looking at it.
    public void Dispose() => _queue.CompleteAdding();

    private void Start()
    {
        for (var i = 0; i < _count; i++) new Thread(Work) { IsBackground = true, Name = "password hashing" }.Start();
    }

    private void Work()
    {
        StepBack();
        foreach (var next in _queue.GetConsumingEnumerable()) next();
    }

    private static void StepBack()
    {
        if (OperatingSystem.IsLinux())
        {
            // On Linux this is the calling thread alone, and 0 names it (setpriority(2), "C library/kernel differences"). A refusal changes
            // nothing but fairness.
            _ = SetPriority(which: 0, who: 0, Niceness);
        }
        else
        {
            Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        }
    }

    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, uint who, int priority);
}
