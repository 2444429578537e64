namespace AuthServer.Data.Outboxes;

/// <summary>By which a writer of an outbox wakes its delivery in this process; each outbox has one of its own.</summary>
public abstract class DeliverySignal(TimeProvider time)
{
    private TaskCompletionSource _woken = NewSource();

    public void Wake() => Volatile.Read(ref _woken).TrySetResult();

    /// <summary>Returns when it was woken since the last call, or at the end of the time.</summary>
    /// <returns>Whether it was woken.</returns>
    internal async Task<bool> WaitAsync(TimeSpan most, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(_woken.Task, Task.Delay(most, time, ending.Token));
        await ending.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        // What is written from here on wakes the next wait; what was written before is seen by the look that follows this one.
        if (!_woken.Task.IsCompleted) return false;
        Volatile.Write(ref _woken, NewSource());
        return true;
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
