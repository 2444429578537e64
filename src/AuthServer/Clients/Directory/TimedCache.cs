using System.Collections.Concurrent;

namespace AuthServer.Clients.Directory;

/// <summary>
/// Values of the database kept for a short time in this process; one read at a time per key, bounded, absent ones not kept.
/// </summary>
/// <param name="isFleeting">Of which values those alone learn who wait for them; null: of none.</param>
internal sealed class TimedCache<TKey, TValue>(
    TimeProvider time, TimeSpan lifetime, int capacity, Func<TKey, Task<TValue?>> read, Func<TValue, bool>? isFleeting = null)
    where TKey : notnull
    where TValue : class
{
    private readonly ConcurrentDictionary<TKey, Entry> _entries = new();

    public int Count => _entries.Count;

    /// <summary>What is kept is there at once, without an allocation.</summary>
    public ValueTask<TValue?> FindAsync(TKey key, CancellationToken cancellationToken) =>
        _entries.TryGetValue(key, out var known) && known.Value.Task.IsCompletedSuccessfully && IsYoung(known)
            ? new(known.Value.Task)
            : ReadAsync(key, cancellationToken);

    public void Forget(TKey key) => _entries.TryRemove(key, out _);

    public void ForgetAll() => _entries.Clear();

    private bool IsYoung(Entry entry) => time.GetElapsedTime(entry.ReadAt) < lifetime;

    private async ValueTask<TValue?> ReadAsync(TKey key, CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = new Entry(time.GetTimestamp());
            if (_entries.TryGetValue(key, out var known))
            {
                if (IsYoung(known)) return await known.Value.Task.WaitAsync(cancellationToken);
                if (!_entries.TryUpdate(key, next, known)) continue;
            }
            else
            {
                if (_entries.Count >= capacity) MakeRoom();
                if (!_entries.TryAdd(key, next)) continue;
            }
            _ = LoadAsync(key, next);
            return await next.Value.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Reads for all waiting callers, so the cancellation of one must not stop it.</summary>
    private async Task LoadAsync(TKey key, Entry entry)
    {
        try
        {
            var value = await read(key);
            // Keeping absent keys would let a caller with made-up ones push the real ones out.
            if (value is null || isFleeting?.Invoke(value) == true) _entries.TryRemove(new(key, entry));
            entry.Value.SetResult(value);
        }
#pragma warning disable CA1031 // The waiting callers get the failure, whatever it is.
        catch (Exception e)
        {
            _entries.TryRemove(new(key, entry));
            entry.Value.SetException(e);
        }
#pragma warning restore CA1031
    }

    private void MakeRoom()
    {
        foreach (var pair in _entries)
        {
            if (!IsYoung(pair.Value)) _entries.TryRemove(pair);
        }
        foreach (var pair in _entries.Take(Math.Max(0, _entries.Count - (capacity * 9 / 10)))) _entries.TryRemove(pair);
    }

    private sealed class Entry(long readAt)
    {
        public long ReadAt => readAt;

        public TaskCompletionSource<TValue?> Value { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
