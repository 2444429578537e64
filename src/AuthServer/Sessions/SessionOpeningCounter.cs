using AuthServer.Data.Entities;
using AuthServer.Telemetry;

namespace AuthServer.Sessions;

/// <summary>Counts the sessions that this process has opened, and says for whom the limit per person is to be checked.</summary>
/// <remarks>Opening a session asks the database nothing for it: people with a handful of sessions never cost a statement.</remarks>
public sealed class SessionOpeningCounter(AuthMeter meter)
{
    /// <summary>A person is checked after so many openings.</summary>
    public const int Step = 10;

    // Beyond so many people the counts begin anew; the check of all people every few hours finds the people who escape by that.
    private const int MostPeople = 20_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, int> _counts = [];
    private readonly HashSet<Guid> _due = [];

    public void Add(SessionKind kind, Guid userId)
    {
        meter.SessionOpened(kind == SessionKind.Browser ? "browser" : "client");
        lock (_gate)
        {
            if (_counts.Count >= MostPeople) _counts.Clear();
            var count = _counts.GetValueOrDefault(userId) + 1;
            if (count < Step)
            {
                _counts[userId] = count;
                return;
            }

            _counts.Remove(userId);
            _due.Add(userId);
        }
    }

    /// <summary>The people to check now; each is returned once.</summary>
    internal IReadOnlyCollection<Guid> TakeDue()
    {
        lock (_gate)
        {
            if (_due.Count == 0) return [];
            Guid[] due = [.. _due];
            _due.Clear();
            return due;
        }
    }
}
