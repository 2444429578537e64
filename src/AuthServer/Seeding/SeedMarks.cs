using System.Security.Cryptography;
using System.Text;
using AuthServer.Data;
using AuthServer.Data.Sql;
using AuthServer.Keys;
using AuthServer.Users.EmailAddresses;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Seeding;

/// <summary>What of one entry of a seed file is to be written.</summary>
/// <param name="Content">Everything but the secret: the entry is new, or the file has changed since it was applied.</param>
/// <param name="Secret">The password or client secret: the same, for it alone.</param>
/// <param name="Reset">The operator asked for it: what people have changed since is set back.</param>
/// <param name="Known">The entry was applied before. Without a mark an account that exists was made by its person, whose password
/// stays.</param>
internal readonly record struct SeedDecision(bool Content, bool Secret, bool Reset = false, bool Known = false)
{
    public static readonly SeedDecision Everything = new(Content: true, Secret: true);

    public bool Nothing => !Content && !Secret;
}

/// <summary>
/// Remembers which entries were applied with which content, so that a second run leaves alone what people have changed since.
/// </summary>
/// <remarks>
/// The fingerprints are HMACs under a key derived from SECRET_KEY, because a fast hash of an entry with a password would invite guessing. A
/// mark
/// under a key that is no longer known says only that the entry was applied once; then it counts as unchanged, and nothing is set back.
/// </remarks>
public sealed class SeedMarks(AuthDbContext db, SqlRunner sql, SecretOptions secrets, TimeProvider time)
{
    private const string Label = "authplatform/seed-marks/1";

    private readonly (uint Mark, byte[] Key)[] _keys = secrets.SecretKeyPrevious is { } previous
        ? [Sealing.Derive(Label, secrets.SecretKey), Sealing.Derive(Label, previous)]
        : [Sealing.Derive(Label, secrets.SecretKey)];

    private Dictionary<string, Row> _rows = new(StringComparer.Ordinal);

    public async Task LoadAsync(CancellationToken cancellation) =>
        _rows = (await sql.ListAsync(
            "SELECT entry, key_mark, content, secret FROM seed_marks", _ => { },
            row => new Row(row.GetString(0), (uint)row.GetInt64(1), row.GetString(2), row.GetString(3)), cancellation))
            .ToDictionary(r => r.Entry, StringComparer.Ordinal);

    /// <summary>Whether this password of this user stood in a file that was applied, so that its rules need not be asked again.</summary>
    internal bool WasApplied(string email, string password) =>
        _rows.TryGetValue(SeedUser.NameOf(email), out var row) && KeyOf(row) is { } key && row.Secret == Fingerprint(key, password);

    internal SeedDecision Decide(ISeedEntry entry, IReadOnlyCollection<string> reset)
    {
        if (reset.Contains(entry.Name[(entry.Name.IndexOf(':', StringComparison.Ordinal) + 1)..]))
        {
            return SeedDecision.Everything with { Reset = true };
        }
        if (!_rows.TryGetValue(entry.Name, out var row)) return SeedDecision.Everything;
        return KeyOf(row) is { } key
            ? new(row.Content != Fingerprint(key, entry.Content), row.Secret != Fingerprint(key, entry.SecretText), Known: true)
            : default;
    }

    /// <summary>To be called in the transaction that applies the entry.</summary>
    internal async Task RememberAsync(ISeedEntry entry, CancellationToken cancellation)
    {
        var (mark, key) = _keys[0];
        var (content, secret) = (Fingerprint(key, entry.Content), Fingerprint(key, entry.SecretText));
        if (_rows.TryGetValue(entry.Name, out var row) && row == new Row(entry.Name, mark, content, secret)) return;
        var (keyMark, now) = ((long)mark, time.GetUtcNow().UtcDateTime);
        await db.Database.ExecuteSqlAsync(
            $"""
             INSERT INTO seed_marks (entry, key_mark, content, secret, applied_at)
             VALUES ({entry.Name}, {keyMark}, {content}, {secret}, {now})
             ON CONFLICT (entry) DO UPDATE SET key_mark = excluded.key_mark, content = excluded.content, secret = excluded.secret,
               applied_at = excluded.applied_at
             """,
            cancellation);
    }

    /// <summary>A name as <see cref="Decide"/> compares it: an e-mail address by its key, another name as it is.</summary>
    internal static string ResetName(string name) => name.Contains('@', StringComparison.Ordinal) ? EmailKey.Of(name) : name;

    private byte[]? KeyOf(Row row) => _keys.FirstOrDefault(k => k.Mark == row.KeyMark).Key;

    private static string Fingerprint(byte[] key, string text) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));

    private sealed record Row(string Entry, uint KeyMark, string Content, string Secret);
}
