using AuthServer.Data.Outboxes;

namespace AuthServer.Protocol.ClientNotices;

/// <summary>Which clients are being told by this process, and which are left alone for a while because they did not answer.</summary>
internal sealed class ToldClients(TimeProvider time)
{
    // Each notice has a time of its own. This keeps what is due at once from waiting for the same silence in turn.
    private static readonly TimeSpan LongestQuiet = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly HashSet<string> _underWay = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Failures, DateTime Until)> _quiet = new(StringComparer.Ordinal);

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <returns>Each between spaces, and when the first of those that are left alone is tried again.</returns>
    public (string Names, DateTime? Until) Busy()
    {
        var now = Now;
        lock (_lock)
        {
            var quiet = _quiet.Where(c => c.Value.Until > now).ToList();
            string[] names = [.. _underWay, .. quiet.Select(c => c.Key)];
            return (names.Length == 0 ? "" : $" {string.Join(' ', names)} ", quiet.Count == 0 ? null : quiet.Min(c => c.Value.Until));
        }
    }

    public void Begin(string clientId)
    {
        lock (_lock) _underWay.Add(clientId);
    }

    /// <param name="answered">Whether it has taken any; null: that is not known.</param>
    public void End(string clientId, bool? answered)
    {
        lock (_lock)
        {
            _underWay.Remove(clientId);
            if (answered is true) _quiet.Remove(clientId);
            if (answered is not false) return;
            var failures = _quiet.GetValueOrDefault(clientId).Failures + 1;
            var wait = RetryTimes.After(failures);
            _quiet[clientId] = (failures, Now + (wait < LongestQuiet ? wait : LongestQuiet));
        }
    }
}
