using System.Collections.Immutable;
using AuthServer.Configuration;

namespace AuthServer.Keys.Outside;

/// <summary>The keys of SIGNING_KEYS at one moment.</summary>
/// <param name="Before">What stands before the word database, or all when the word is not there.</param>
/// <param name="After">What stands after it.</param>
/// <param name="WithDatabase">Whether the word is there.</param>
public sealed record OutsideKeySet(ImmutableArray<OutsideKey> Before, ImmutableArray<OutsideKey> After, bool WithDatabase)
{
    public static OutsideKeySet None { get; } = new([], [], WithDatabase: true);

    public IEnumerable<OutsideKey> All => Before.Concat(After);

    /// <summary>The keys of an algorithm in the order of the setting; the first one signs.</summary>
    /// <param name="own">Those of the ring.</param>
    public ImmutableArray<SigningRingKey> Arrange(string algorithm, ImmutableArray<SigningRingKey> own)
    {
        if (Before.IsEmpty && After.IsEmpty) return own;
        ImmutableArray<SigningRingKey> first = Of(Before), last = Of(After);
        return first.IsEmpty && last.IsEmpty ? own : [.. first, .. WithDatabase ? own : [], .. last];

        ImmutableArray<SigningRingKey> Of(ImmutableArray<OutsideKey> keys) =>
            [.. keys.Where(k => k.Key.Algorithm == algorithm).Select(k => k.Key)];
    }
}

/// <summary>Reads the keys of SIGNING_KEYS, and follows them while the server runs.</summary>
public sealed partial class OutsideKeys(
    OutsideKeyOptions options, IEnumerable<IKeySource> sources, TimeProvider time, ILogger<OutsideKeys> log)
{
    // Several files are written one after the other: what was not the same a moment ago may be half of a change.
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    // No source: the word database.
    private readonly (string Entry, IKeySource? Source)[] _entries =
        [.. options.Entries.Select(e => (e, e == OutsideKeyOptions.Database ? null : sources.First(s => s.Takes(e))))];

    // Microsoft.IdentityModel caches its signature providers by the thumbprint: one object for a key, as long as the process lives.
    private readonly Dictionary<string, SigningRingKey> _opened = new(StringComparer.Ordinal);

    // The content that is in use, the one of the last look, and the one that cannot be used.
    private string? _used;
    private (string? Digest, long At) _seen;
    private string? _refused;

    public OutsideKeySet Current { get; private set; } = OutsideKeySet.None;

    /// <summary>Reads what has changed. What cannot be used leaves the former keys in use, and the log says why.</summary>
    /// <remarks>Not for concurrent use: the ring reads one at a time.</remarks>
    /// <exception cref="StartRefusedException">There are no former keys.</exception>
    public void Follow()
    {
        if (_entries.All(e => e.Source is null)) return;
        var digest = Digest();
        if (digest != _seen.Digest) _seen = (digest, time.GetTimestamp());
        if (digest == _used)
        {
            _refused = null;
            return;
        }

        if (digest == _refused || (_used is not null && time.GetElapsedTime(_seen.At) < Moment)) return;

        var problems = new SettingProblems();
        var next = Read(problems);
        if (problems.Lines.Count == 0)
        {
            (_used, _refused, Current) = (digest, null, next);
            foreach (var key in next.All) LogKey(log, key.Key.Algorithm, key.Key.Kid, key.Source);
        }
        else if (_used is null) problems.ThrowIfAny();
        else if (Digest() == digest)
        {
            // Neither read nor told again before it changes.
            _refused = digest;
            LogKept(log, string.Join("; ", problems.Lines));
        }
    }

    private string Digest() => string.Join(' ', _entries.Select(e => e.Source?.Digest(e.Entry)));

    private OutsideKeySet Read(SettingProblems problems)
    {
        var (before, after) = (ImmutableArray.CreateBuilder<OutsideKey>(), ImmutableArray.CreateBuilder<OutsideKey>());
        var sources = new Dictionary<string, string>(StringComparer.Ordinal);
        var place = before;
        foreach (var (entry, source) in _entries)
        {
            if (source is null) place = after;
            foreach (var key in source?.Read(entry, problems) ?? [])
            {
                if (!sources.TryAdd(key.Key.Kid, key.Source))
                {
                    problems.Add(OutsideKeyOptions.ListKey, $"{key.Source} and {sources[key.Key.Kid]} hold the same key",
                        "keep one of them");
                }

                if (!_opened.TryGetValue(key.Key.Kid, out var opened)) _opened[key.Key.Kid] = opened = key.Key;
                place.Add(key with { Key = opened });
            }
        }

        return new(before.ToImmutable(), after.ToImmutable(), WithDatabase: place == after);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Signing key from outside: {Algorithm} {Kid} ({Source})")]
    private static partial void LogKey(ILogger logger, string algorithm, string kid, string source);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The former signing keys stay in use: {Reason}")]
    private static partial void LogKept(ILogger logger, string reason);
}
