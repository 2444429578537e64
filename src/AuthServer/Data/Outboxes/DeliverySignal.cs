namespace AuthServer.Data.Outboxes;

/// <summary>By which a writer of an outbox wakes its delivery in this process; each outbox has one of its own.</summary>
public abstract class DeliverySignal(TimeProvider time)
{
    private TaskCompletionSource _woken = NewSource();

    public void Wake() => Volatile.Read(ref _woken).TrySetResult();

    /// <summary>Returns when it was woken since the last call, or at the end of the time.</summary>
    /// <param name="most">Of a moment that is over by now: no time at all.</param>
    /// <param name="cancellationToken">Of the delivery.</param>
    /// <returns>Whether it was woken.</returns>
    internal async Task<bool> WaitAsync(TimeSpan most, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // A moment passes while the database is asked. Task.Delay throws for a negative time, and that would end the server.
        await Task.WhenAny(_woken.Task, Task.Delay(most < TimeSpan.Zero ? TimeSpan.Zero : most, time, ending.Token));
        await ending.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        // What is written from here on wakes the next wait; what was written before is seen by the look that follows this one.
        if (!_woken.Task.IsCompleted) return false;
        Volatile.Write(ref _woken, NewSource());
        return true;
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
