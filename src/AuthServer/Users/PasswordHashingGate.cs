using AuthServer.Telemetry;

namespace AuthServer.Users;

/// <summary>Bounds how many passwords are hashed at once and how many may wait, so that a storm of sign-ins leaves the processors to the rest.</summary>
public sealed class PasswordHashingGate : IDisposable
{
    private const int MostWaiting = 64;

    private readonly SemaphoreSlim slots;
    private readonly HashingThreads threads;
    private readonly int most;
    private int inside;

    public PasswordHashingGate(AuthMeter meter)
        : this(Environment.ProcessorCount, MostWaiting) => meter.ObserveHashing(() => Volatile.Read(ref inside));

    internal PasswordHashingGate()
        : this(Environment.ProcessorCount, MostWaiting)
    {
    }

    internal PasswordHashingGate(int concurrent, int waiting)
    {
        slots = new SemaphoreSlim(concurrent, concurrent);
        threads = new HashingThreads(concurrent);
        most = concurrent + waiting;
    }

    /// <summary>How long a person who finds the gate full should wait: a full queue is worked off well within it.</summary>
    public static TimeSpan RetryAfter { get; } = TimeSpan.FromSeconds(3);

    /// <summary>Runs the work on one of the hashing threads.</summary>
    /// <returns>False when the queue is full; the work did not run.</returns>
    public async Task<(bool Ran, T? Result)> TryRunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref inside) > most)
        {
            Interlocked.Decrement(ref inside);
            return (false, default);
        }

        try
        {
            await slots.WaitAsync(cancellationToken);
        }
        catch
        {
            Interlocked.Decrement(ref inside);
            throw;
        }

        var hashing = threads.RunAsync(() => Run(work));
        // A caller that goes away leaves at once; the slot is free only when the hash is done.
        return (true, await hashing.WaitAsync(cancellationToken));
    }

    public void Dispose()
    {
        threads.Dispose();
        slots.Dispose();
    }

    private T Run<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        finally
        {
            slots.Release();
            Interlocked.Decrement(ref inside);
        }
    }
}
