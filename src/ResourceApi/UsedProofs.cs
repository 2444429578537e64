using System.Collections.Concurrent;

namespace ResourceApi;

/// <summary>Remembers which DPoP proofs have been used (RFC 9449 section 11.1).</summary>
public interface IUsedProofs
{
    /// <param name="name">Of the proof: of all that have this name one counts.</param>
    /// <param name="life">After which the proof is refused by its age.</param>
    /// <returns>False when it was used before.</returns>
    /// <exception cref="ProofStoreAwayException">Nothing can be said about it.</exception>
    ValueTask<bool> TryAsync(string name, TimeSpan life);
}

/// <summary>Those that this process has seen: where one instance of the API answers, that is all of them.</summary>
public sealed class OwnProofs(TimeProvider time) : IUsedProofs
{
    private const int PruneSeconds = 60;

    private readonly ConcurrentDictionary<string, DateTimeOffset> _used = new();
    private long _pruneAt;

    public ValueTask<bool> TryAsync(string name, TimeSpan life)
    {
        var (now, last) = (time.GetUtcNow(), Volatile.Read(ref _pruneAt));
        if (now.ToUnixTimeSeconds() >= last
            && Interlocked.CompareExchange(ref _pruneAt, now.ToUnixTimeSeconds() + PruneSeconds, last) == last)
        {
            foreach (var (id, until) in _used)
            {
                if (until < now) _used.TryRemove(id, out _);
            }
        }

        return new(_used.TryAdd(name, now + life));
    }
}

/// <summary>
/// The store that the instances share does not answer. To take the proof all the same would let a stolen one count again.
/// </summary>
public sealed class ProofStoreAwayException(Exception? cause)
    : Exception("The store of used proofs does not answer, so that a proof cannot be told from a stolen one.", cause);
