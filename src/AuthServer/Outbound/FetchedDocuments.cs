using System.Collections.Concurrent;

namespace AuthServer.Outbound;

/// <summary>How long documents of others are kept, and how many.</summary>
/// <param name="Shortest">However short the other side says: each request of a client would fetch otherwise.</param>
/// <param name="Longest">However long the other side says: a key that was withdrawn counts no longer than this.</param>
/// <param name="Silent">Where the other side says nothing.</param>
/// <param name="Failure">How long a failure is remembered.</param>
/// <param name="Stale">How long after its time a document still serves while it cannot be fetched again.</param>
/// <param name="Pause">Between two fetches of one document that somebody asks for before its time.</param>
/// <param name="Most">How many are kept.</param>
public sealed record FetchLimits(
    TimeSpan Shortest, TimeSpan Longest, TimeSpan Silent, TimeSpan Failure, TimeSpan Stale, TimeSpan Pause, int Most)
{
    /// <summary>For keys and metadata of clients.</summary>
    public static FetchLimits Usual { get; } = new(
        TimeSpan.FromMinutes(1), TimeSpan.FromHours(24), TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(15), TimeSpan.FromHours(1),
        TimeSpan.FromSeconds(30), 1000);
}

/// <summary>A document of another server, or why there is none.</summary>
/// <param name="Fault">For the log alone.</param>
public readonly record struct Fetched<T>(T? Document, string? Fault)
    where T : class;

/// <summary>
/// Documents that other servers publish, kept as long as they say, within bounds. Each is fetched by one caller at a time; the others wait
/// for the same answer.
/// </summary>
/// <param name="ask">The request for a document.</param>
/// <param name="read">Its content, by its address and the answer; null when it is not such a document.</param>
/// <param name="failed">Told of each fetch that failed, and why: for the log.</param>
public sealed class FetchedDocuments<T>(
    SafeHttp http, Func<Uri, OutboundRequest> ask, Func<Uri, OutboundAnswer.Answered, T?> read, FetchLimits limits, TimeProvider time,
    Action<Uri, string>? failed = null)
    where T : class
{
    /// <param name="read">The content of an answer, where the address says nothing about it.</param>
    public FetchedDocuments(
        SafeHttp http, Func<Uri, OutboundRequest> ask, Func<OutboundAnswer.Answered, T?> read, FetchLimits limits, TimeProvider time,
        Action<Uri, string>? failed = null)
        : this(http, ask, (_, answer) => read(answer), limits, time, failed)
    {
    }

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Whether the next caller gets what is kept, or what is being fetched.</summary>
    public bool Has(Uri address) => _entries.TryGetValue(address.AbsoluteUri, out var entry) && !entry.IsOver(time.GetUtcNow());

    /// <summary>The document as it was fetched last, while it serves; never fetched.</summary>
    public T? Kept(Uri address) =>
        _entries.TryGetValue(address.AbsoluteUri, out var entry) && entry.IsDone && time.GetUtcNow() < entry.GoodUntil ? entry.Good : null;

    /// <summary>The document as it is kept; fetched when it is not, or when its time is over.</summary>
    public ValueTask<Fetched<T>> GetAsync(Uri address, CancellationToken cancellationToken) =>
        _entries.TryGetValue(address.AbsoluteUri, out var entry) && !entry.IsOver(time.GetUtcNow())
            ? entry.WaitAsync(cancellationToken)
            : FetchAsync(address, entry, cancellationToken);

    /// <summary>
    /// The document as it is now, because what is kept does not have what a caller needs, such as a new key. When it was fetched a moment
    /// ago, that is the answer.
    /// </summary>
    public ValueTask<Fetched<T>> GetAgainAsync(Uri address, CancellationToken cancellationToken) =>
        _entries.TryGetValue(address.AbsoluteUri, out var entry) && (!entry.IsDone || time.GetUtcNow() < entry.Began + limits.Pause)
            ? entry.WaitAsync(cancellationToken)
            : FetchAsync(address, entry, cancellationToken);

    /// <param name="former">What the new entry takes the place of.</param>
    private ValueTask<Fetched<T>> FetchAsync(Uri address, Entry? former, CancellationToken cancellationToken)
    {
        var key = address.AbsoluteUri;
        var entry = new Entry(time.GetUtcNow());
        var isOurs = former is null ? _entries.TryAdd(key, entry) : _entries.TryUpdate(key, entry, former);
        if (!isOurs)
        {
            // Another caller was quicker; or the entry has just been dropped.
            return _entries.TryGetValue(key, out var other) ? other.WaitAsync(cancellationToken) : new(new Fetched<T>(null, "Dropped."));
        }

        if (former is null) DropBeyond(key);
        // Not cancelled with the request of this caller: others wait for it too. The request has a time limit of its own.
        entry.Begin(FetchAsync(address, entry, former));
        return entry.WaitAsync(cancellationToken);
    }

    private async Task<Fetched<T>> FetchAsync(Uri address, Entry entry, Entry? former)
    {
        var answer = await http.SendAsync(ask(address), CancellationToken.None);
        var now = time.GetUtcNow();
        if (answer is OutboundAnswer.Answered { IsSuccess: true } answered && read(address, answered) is { } document)
        {
            entry.Good = document;
            entry.End = now + Bounded(answered.FreshFor ?? limits.Silent);
            entry.GoodUntil = entry.End + limits.Stale;
            return new(document, null);
        }

        var fault = FaultOf(answer);
        failed?.Invoke(address, fault);
        entry.End = now + limits.Failure;
        if (former?.Good is { } kept && now < former.GoodUntil)
        {
            (entry.Good, entry.GoodUntil) = (kept, former.GoodUntil);
            return new(kept, null);
        }

        return new(null, fault);
    }

    private static string FaultOf(OutboundAnswer answer) => answer switch
    {
        OutboundAnswer.Failed failed => failed.Reason,
        OutboundAnswer.Answered { IsSuccess: false } other => $"The answer has the status {other.Status}.",
        _ => "The answer is not such a document.",
    };

    private TimeSpan Bounded(TimeSpan fresh) => fresh < limits.Shortest ? limits.Shortest : fresh > limits.Longest ? limits.Longest : fresh;

    private void DropBeyond(string kept)
    {
        if (_entries.Count <= limits.Most) return;
        var now = time.GetUtcNow();
        foreach (var (key, entry) in _entries)
        {
            if (entry.IsOver(now)) _entries.TryRemove(new(key, entry));
        }

        if (_entries.Count <= limits.Most) return;

        // A tenth more than needed, so that not every new document asks for this. ToArray is the one copy that others may write during.
        var surplus = _entries.Count - (limits.Most * 9 / 10);
        foreach (var pair in _entries.ToArray().Where(pair => pair.Key != kept).OrderBy(pair => pair.Value.Began).Take(surplus))
        {
            _entries.TryRemove(pair);
        }
    }

    private sealed class Entry(DateTimeOffset began)
    {
        private readonly TaskCompletionSource<Fetched<T>> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public DateTimeOffset Began { get; } = began;

        /// <summary>Until when the outcome stands; set before the outcome is.</summary>
        public DateTimeOffset End { get; set; }

        /// <summary>The last document that was read.</summary>
        public T? Good { get; set; }

        public DateTimeOffset GoodUntil { get; set; }

        public bool IsDone => _outcome.Task.IsCompleted;

        public bool IsOver(DateTimeOffset now) => IsDone && now >= End;

        public void Begin(Task<Fetched<T>> fetch) => fetch.ContinueWith(
            done => _outcome.SetFromTask(done), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);

        public ValueTask<Fetched<T>> WaitAsync(CancellationToken cancellationToken) =>
            _outcome.Task.IsCompletedSuccessfully ? new(_outcome.Task.Result) : new(_outcome.Task.WaitAsync(cancellationToken));
    }
}
