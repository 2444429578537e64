namespace AuthServer.Clients.Documents;

/// <summary>Bounds the documents that strangers make this server fetch: by naming addresses, of one host or of many.</summary>
internal sealed class StrangersFetches(TimeProvider time)
{
    /// <summary>In a minute.</summary>
    internal const int MostOfHost = 30, MostOfAll = 600;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private DateTimeOffset _began = time.GetUtcNow();
    private int _all;

    /// <summary>Counts one.</summary>
    /// <returns>Whether it may go on.</returns>
    public bool Take(string host)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (now - _began >= Window)
            {
                (_began, _all) = (now, 0);
                _counts.Clear();
            }

            var count = _counts.GetValueOrDefault(host);
            if (_all == MostOfAll || count == MostOfHost) return false;
            _counts[host] = count + 1;
            _all++;
            return true;
        }
    }
}
