namespace AuthServer.Clients.Documents;

/// <summary>Whether a document may be fetched for somebody.</summary>
internal enum FetchShare
{
    Granted,

    /// <summary>Who asks has had theirs: others may.</summary>
    AskerHadTheirs,

    /// <summary>What there is for the host, or for everybody, is used up.</summary>
    NoneLeft,
}

/// <summary>Bounds the documents that strangers make this server fetch: by naming addresses, of one host or of many.</summary>
/// <remarks>Who asks has a share that is counted first, so that nobody alone uses up what there is for a host, or for everybody.</remarks>
internal sealed class StrangersFetches(TimeProvider time)
{
    /// <summary>In a minute.</summary>
    internal const int MostOfAsker = 20, MostOfHost = 60, MostOfAll = 600;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _askers = new(StringComparer.Ordinal), _hosts = new(StringComparer.Ordinal);
    private DateTimeOffset _began = time.GetUtcNow();
    private int _all;

    /// <summary>Counts one; what is refused does not count, so what is remembered is bounded too.</summary>
    /// <param name="asker">The network of who asks; null where nobody does.</param>
    /// <param name="host">Of the document.</param>
    public FetchShare Take(string? asker, string host)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now - _began >= Window)
            {
                (_began, _all) = (now, 0);
                _askers.Clear();
                _hosts.Clear();
            }

            var ofAsker = asker is null ? 0 : _askers.GetValueOrDefault(asker);
            var ofHost = _hosts.GetValueOrDefault(host);
            if (ofAsker == MostOfAsker) return FetchShare.AskerHadTheirs;
            if (ofHost == MostOfHost || _all == MostOfAll) return FetchShare.NoneLeft;
            if (asker is not null) _askers[asker] = ofAsker + 1;
            _hosts[host] = ofHost + 1;
            _all++;
            return FetchShare.Granted;
        }
    }
}
