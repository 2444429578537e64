using System.Data.Common;
using System.Globalization;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Telemetry;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Audit;

/// <summary>Gathers refusals, so that a storm of them leaves one audit row per kind, address and minute and never fills the disk.</summary>
/// <remarks>
/// Each process keeps rows of its own. <see cref="RefusalWriter"/> writes them every few seconds, and a row that has been
/// written gets its new count. Beyond so many addresses in one minute the rest of a kind shares one row without an address.
/// </remarks>
public sealed partial class Refusals(AuthMeter meter, TimeProvider time, ILogger<Refusals> log)
{
    /// <summary>Rows of one minute that name an address: about 60 MB in a day if an attacker tries all day.</summary>
    public const int MostAddresses = 200;

    // Minutes that wait for a database that is away; older refusals stay in the metrics.
    private const int MostRows = 20 * MostAddresses;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Kind, string? Address, long Minute), Row> _rows = [];
    private long _minute;
    private int _addresses;

    /// <summary>Counts one. The first of its minute stands in the log, with the reference that its row carries.</summary>
    public void Record(string kind, Caller caller)
    {
        meter.Refused(kind);
        var now = time.GetUtcNow();
        if (Count(kind, caller, now)) LogRefused(log, kind, caller.Address, caller.Reference);
    }

    private bool Count(string kind, Caller caller, DateTimeOffset now)
    {
        var address = Caller.NetworkOf(caller.Address);
        lock (_gate)
        {
            var current = now.UtcTicks / TimeSpan.TicksPerMinute;
            if (current != _minute) (_minute, _addresses) = (current, 0);
            if (!_rows.TryGetValue((kind, address, _minute), out var row))
            {
                if (_rows.Count >= MostRows) return false;
                if (address is not null && ++_addresses > MostAddresses) address = null;
                if (!_rows.TryGetValue((kind, address, _minute), out row))
                {
                    row = new Row(Guid.CreateVersion7(now), now.UtcDateTime, kind, address, caller.UserAgent, caller.Reference);
                    _rows.Add((kind, address, _minute), row);
                    row.Count = 1;
                    return true;
                }
            }

            row.Count++;
            return false;
        }
    }

    /// <summary>Whether nothing was refused lately.</summary>
    internal bool IsEmpty
    {
        get
        {
            lock (_gate) return _rows.Count == 0;
        }
    }

    /// <summary>Writes what is new since the last time: fresh rows, and the counts that grew.</summary>
    /// <remarks>When the database refuses a row, all are written one by one, and only those that it refuses are given up.</remarks>
    /// <returns>Why rows were given up; empty when none was.</returns>
    internal async Task<IReadOnlyList<string>> WriteAsync(AuthDbContext db, CancellationToken cancellationToken)
    {
        List<Change> changed;
        lock (_gate) changed = [.. _rows.Values.Where(r => r.Count != r.Written).Select(r => new Change(r, r.Count))];
        List<string> reasons = [];
        if (changed.Count > 0 && await TryWriteAsync(db, changed, cancellationToken) is not null)
        {
            foreach (var change in changed)
            {
                if (await TryWriteAsync(db, [change], cancellationToken) is not { } refused) continue;
                reasons.Add(refused);
                lock (_gate) _rows.Remove((change.Row.Kind, change.Row.Address, change.Row.At.Ticks / TimeSpan.TicksPerMinute));
            }
        }

        lock (_gate)
        {
            var current = time.GetUtcNow().UtcTicks / TimeSpan.TicksPerMinute;
            foreach (var (key, row) in _rows.ToList())
            {
                if (key.Minute < current && row.Count == row.Written) _rows.Remove(key);
            }
        }

        return reasons;
    }

    /// <returns>Why the database refuses the rows; null when it took them.</returns>
    private async Task<string?> TryWriteAsync(AuthDbContext db, List<Change> changes, CancellationToken cancellationToken)
    {
        db.ChangeTracker.Clear();
        foreach (var (row, count) in changes)
        {
            var audit = row.ToAudit(count);
            if (row.Written == 0) db.AuditEvents.Add(audit);
            else db.AuditEvents.Attach(audit).Property(a => a.Detail).IsModified = true;
        }

        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException e) when (e.InnerException is not DbException { IsTransient: true })
        {
            return e.GetBaseException().Message;
        }

        lock (_gate)
        {
            foreach (var (row, count) in changes) row.Written = count;
        }

        return null;
    }

    [LoggerMessage(
        Level = LogLevel.Information,
            Message = "{Kind} from {Address}, reference {Reference}; further ones of this minute are counted in the audit trail")]
    private static partial void LogRefused(ILogger logger, string kind, string? address, string? reference);

    private readonly record struct Change(Row Row, int Count);

    private sealed record Row(Guid Id, DateTime At, string Kind, string? Address, string? UserAgent, string? Reference)
    {
        public int Count { get; set; }

        public int Written { get; set; }

        public AuditEvent ToAudit(int count) => new()
        {
            Id = Id,
            OccurredAt = At,
            Kind = Kind,
            IpAddress = Address,
            UserAgent = UserAgent,
            Reference = Reference,
            Detail = string.Create(CultureInfo.InvariantCulture, $"{count} in this minute"),
        };
    }
}
