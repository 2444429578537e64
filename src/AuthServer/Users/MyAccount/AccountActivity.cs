using System.Buffers.Binary;
using System.Buffers.Text;
using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Sessions;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.MyAccount;

/// <summary>A place in the activity of an account: what is older follows.</summary>
public readonly record struct ActivityCursor(DateTime At, Guid Id)
{
    private const byte Version = 1;
    private const int Size = 1 + sizeof(long) + 16;

    /// <summary>As an address carries it.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], At.Ticks);
        Id.TryWriteBytes(bytes[9..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    /// <returns>Null for a text that no answer contained.</returns>
    public static ActivityCursor? Read(string? text)
    {
        Span<byte> bytes = stackalloc byte[Size + 2];
        if (text is not { Length: > 0 and <= Size * 4 / 3 + 2 } || !Base64Url.IsValid(text)
            || !Base64Url.TryDecodeFromChars(text, bytes, out var written) || written != Size || bytes[0] != Version) return null;
        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes[1..]);
        return ticks is >= 0 and <= 3155378975999999999L
            ? new(new DateTime(ticks, DateTimeKind.Utc), new Guid(bytes.Slice(9, 16), bigEndian: true))
            : null;
    }
}

/// <summary>Reads what has happened to an account, from the audit trail.</summary>
public sealed class AccountActivity(AuthDbContext db)
{
    /// <summary>Whether the person did it themselves. Otherwise address and device are those of another person, and not told.</summary>
    public static bool IsByPerson(AuditEvent e) => e.ActorId is not null && e.ActorId == e.SubjectId;

    private static readonly string Renewed = SessionEnding.Word(EndReason.Switched);

    /// <summary>The latest first, in one statement.</summary>
    /// <param name="before">Where the page before ended.</param>
    public Task<List<AuditEvent>> ListAsync(Guid userId, ActivityCursor? before, int count, CancellationToken cancellationToken)
    {
        var events = Of(userId);
        if (before is (var at, var id)) events = events.Where(e => e.OccurredAt < at || (e.OccurredAt == at && e.Id < id));
        return events.OrderByDescending(e => e.OccurredAt).ThenByDescending(e => e.Id).Take(count).ToListAsync(cancellationToken);
    }

    // A session that a new sign-in in the same browser has replaced says nothing more than that sign-in.
    private IQueryable<AuditEvent> Of(Guid userId) => db.AuditEvents.AsNoTracking().Where(
        e => e.SubjectId == userId && (e.Kind != AuditKinds.SessionEnded || e.Detail != Renewed));
}
