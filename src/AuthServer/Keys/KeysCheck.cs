using System.Runtime.CompilerServices;
using System.Xml.Linq;
using AuthServer.Data.Checks;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;
using AuthServer.Doctor;

namespace AuthServer.Keys;

/// <summary>The keys of the ring and of cookies: whether they open, how old they are, and when they are replaced.</summary>
public sealed class KeysCheck(
    KeyOptions options, TimeProvider time, DatabaseReach? reach = null, RingKeys? ring = null,
    DataProtectionSealing? cookies = null) : ICheck
{
    // The job that announces the next key runs each hour on each server.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(3);

    private const string Refused = "the secrets that open them are refused";

    public string Name => "Keys";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (sql, skipped) = await DatabaseReach.OfTablesAsync(reach);
        if (sql is null || ring is null || cookies is null)
        {
            yield return skipped ?? Finding.Skipped(Refused);
            yield break;
        }
        var rows = await sql.ListAsync(KeyRing.Rows, SqlValues.None, KeyRing.Read, cancellationToken);
        var opened = rows.Where(row => ring.Renew(row).Opens).ToList();
        foreach (var finding in OfRing(rows, opened, time.GetUtcNow().UtcDateTime, options)) yield return finding;
        var protection = await sql.ListAsync(Rewrap.CookieRows, SqlValues.None, Rewrap.ReadCookieKey, cancellationToken);
        if (protection.Count(row => !cookies.Opens(XElement.Parse(row.Xml))) is > 0 and var lost)
        {
            yield return Finding.Warning($"{lost} key(s) of cookies and forms do not open, so that people sign in again",
                "give the former SECRET_KEY as SECRET_KEY_PREVIOUS");
        }
    }

    internal static IEnumerable<Finding> OfRing(
        IReadOnlyCollection<RingKey> rows, IReadOnlyCollection<RingKey> opened, DateTime now, KeyOptions options)
    {
        if (rows.Count == 0)
        {
            yield return Finding.Skipped("the ring is empty; the first start of the server makes its keys");
            yield break;
        }
        foreach (var lost in rows.Except(opened))
        {
            var text = $"{lost.Algorithm} {lost.Kid} does not open with JWT_SECRET or JWT_SECRET_PREVIOUS";
            yield return opened.Any(k => k.Algorithm == lost.Algorithm)
                ? Finding.Warning(
                    text, $"set JWT_SECRET_PREVIOUS to the secret that it was sealed with, or AuthServer keys revoke --kid={lost.Kid}")
                : Finding.Wrong(text + ", and no key of its kind does: no server starts",
                    "set JWT_SECRET, or JWT_SECRET_PREVIOUS, to the secret that it was sealed with");
        }
        foreach (var algorithm in RingKeys.Algorithms)
        {
            var newest = opened.Where(k => k.Algorithm == algorithm && k.RetiredAt is null).MaxBy(k => k.ActiveFrom);
            if (newest is not null) yield return OfAge(newest, now, options.RotationInterval);
        }
    }

    private static Finding OfAge(RingKey key, DateTime now, TimeSpan interval)
    {
        var next = key.ActiveFrom + interval;
        var days = (int)(now - key.ActiveFrom).TotalDays;
        var text = $"{key.Algorithm} {key.Kid[..Math.Min(8, key.Kid.Length)]} is " + (key.ActiveFrom > now
            ? $"announced for {key.ActiveFrom:u}"
            : $"{days} days old; the next one follows at {next:u}");
        return now > next - KeyLife.Notice + Patience
            ? Finding.Warning(text + ", but is not announced", "let a server run, whose job announces it, or run AuthServer keys rotate")
            : Finding.Ok(text);
    }
}
