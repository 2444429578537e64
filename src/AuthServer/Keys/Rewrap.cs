using System.Data.Common;
using AuthServer.Data.Sql;

namespace AuthServer.Keys;

/// <summary>How far a rewrap has come. <paramref name="Unopened"/>: rows that none of the configured secrets opens.</summary>
public sealed record RewrapProgress(int Rows, int Done, int Rewrapped, IReadOnlyList<string> Unopened);

/// <summary>Seals anew, under the current secrets, what JWT_SECRET_PREVIOUS and SECRET_KEY_PREVIOUS have sealed.</summary>
/// <remarks>
/// Each row is one statement that replaces exactly the value that was read, so a rewrap may be killed and run again, may run twice at
/// once, and may run beside servers: those that have both secrets open either form.
/// </remarks>
public sealed class Rewrap(SqlRunner sql, RingKeys ring, DataProtectionSealing cookies)
{
    private const string RingUpdate = "UPDATE keys SET sealed_key = @new WHERE id = @id AND sealed_key = @old";
    internal const string CookieRows = "SELECT id, xml FROM data_protection_keys WHERE xml IS NOT NULL ORDER BY id";
    private const string CookieUpdate = "UPDATE data_protection_keys SET xml = @new WHERE id = @id AND xml = @old";

    /// <param name="report">Called after each row.</param>
    public async Task<RewrapProgress> RunAsync(Action<RewrapProgress> report, CancellationToken cancellationToken)
    {
        var keys = await sql.ListAsync(KeyRing.Rows, SqlValues.None, KeyRing.Read, cancellationToken);
        var protection = await sql.ListAsync(CookieRows, SqlValues.None, ReadCookieKey, cancellationToken);
        var progress = new RewrapProgress(keys.Count + protection.Count, Done: 0, Rewrapped: 0, []);
        foreach (var row in keys)
        {
            await StepAsync($"keys {row.Kid}", ring.Renew(row), next => sql.ExecuteAsync(
                RingUpdate, values => values.Add("id", row.Id).Add("old", row.SealedKey).Add("new", next), cancellationToken));
        }

        foreach (var (id, xml) in protection)
        {
            await StepAsync($"data_protection_keys {id}", cookies.Renew(xml), next => sql.ExecuteAsync(
                CookieUpdate, values => values.Add("id", id).Add("old", xml).Add("new", next), cancellationToken));
        }

        return progress;

        async Task StepAsync<T>(string name, Renewed<T> renewed, Func<T, ValueTask<int>> write) where T : class
        {
            var written = renewed.Value is { } next && await write(next) > 0;
            progress = progress with
            {
                Done = progress.Done + 1,
                Rewrapped = progress.Rewrapped + (written ? 1 : 0),
                Unopened = renewed.Opens ? progress.Unopened : [.. progress.Unopened, name],
            };
            report(progress);
        }
    }

    internal static (int Id, string Xml) ReadCookieKey(DbDataReader row) => (row.GetInt32(0), row.GetString(1));
}

/// <summary>A sealed value under the current secret.</summary>
/// <param name="Opens">Whether a configured secret opens the value.</param>
/// <param name="Value">Null when there is nothing to write: the value is under the current secret already, or does not open.</param>
public readonly record struct Renewed<T>(bool Opens, T? Value) where T : class;
