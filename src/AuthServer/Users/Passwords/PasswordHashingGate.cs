using AuthServer.RateLimits.Overload;
using AuthServer.Telemetry;

namespace AuthServer.Users.Passwords;

/// <summary>
/// Bounds how many passwords are hashed at once and how many may wait, so that a storm of sign-ins leaves the processors to the rest.
/// </summary>
public sealed class PasswordHashingGate : IDisposable
{
    private const int MostWaiting = 64;

    private readonly SemaphoreSlim _slots;
    private readonly HashingThreads _threads;
    private readonly int _most;
    private int _inside;

    private readonly Admission? _admission;

    public PasswordHashingGate(AuthMeter meter, Admission admission)
        : this(Environment.ProcessorCount, MostWaiting)
    {
        _admission = admission;
        meter.ObserveHashing(() => Volatile.Read(ref _inside));
    }

    internal PasswordHashingGate()
        : this(Environment.ProcessorCount, MostWaiting)
    {
    }

    internal PasswordHashingGate(int concurrent, int waiting)
    {
        _slots = new SemaphoreSlim(concurrent, concurrent);
        _threads = new HashingThreads(concurrent);
        _most = concurrent + waiting;
    }

    /// <summary>How long a person who finds the gate full should wait: a full queue is worked off well within it.</summary>
    public static TimeSpan RetryAfter { get; } = TimeSpan.FromSeconds(3);

    /// <summary>Runs the work on one of the hashing threads.</summary>
    /// <returns>False when the queue is full; the work did not run.</returns>
    public async Task<(bool Ran, T? Result)> TryRunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        // Who waits here is bounded here.
        _admission?.Pause();
        try
        {
            return await RunWithinAsync(work, cancellationToken);
        }
        finally
        {
            _admission?.Resume();
        }
    }

    private async Task<(bool Ran, T? Result)> RunWithinAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _inside) > _most)
        {
            Interlocked.Decrement(ref _inside);
            return (false, default);
        }

        try
        {
            await _slots.WaitAsync(cancellationToken);
        }
        catch
        {
            Interlocked.Decrement(ref _inside);
            throw;
        }

        var hashing = _threads.RunAsync(() => Run(work));
        // A caller that goes away leaves at once; the slot is free only when the hash is done.
        return (true, await hashing.WaitAsync(cancellationToken));
    }

    public void Dispose()
    {
        _threads.Dispose();
        _slots.Dispose();
    }

    private T Run<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        finally
        {
            _slots.Release();
            Interlocked.Decrement(ref _inside);
        }
    }
}
