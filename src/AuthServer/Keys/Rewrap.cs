using System.Data.Common;
using System.Runtime.CompilerServices;
using AuthServer.Data.Sql;

namespace AuthServer.Keys;

/// <summary>How far a rewrap has come. <paramref name="Unopened"/>: rows that none of the configured secrets opens.</summary>
public sealed record RewrapProgress(int Rows, int Done, int Rewrapped, IReadOnlyList<string> Unopened);

/// <summary>Seals anew, under the current secrets, what JWT_SECRET_PREVIOUS and SECRET_KEY_PREVIOUS have sealed.</summary>
/// <remarks>
/// Each row is one statement that replaces exactly the value that was read, so a rewrap may be killed and run again, may run twice at
/// once, and may run beside servers: those that have both secrets open either form.
/// </remarks>
public sealed class Rewrap(
    SqlRunner sql, RingKeys ring, DataProtectionSealing cookies, UserTokenSealing tokens, LetterSealing letters)
{
    private const string RingUpdate = "UPDATE keys SET sealed_key = @new WHERE id = @id AND sealed_key = @old";
    internal const string CookieRows = "SELECT id, xml FROM data_protection_keys WHERE xml IS NOT NULL ORDER BY id";
    private const string CookieUpdate = "UPDATE data_protection_keys SET xml = @new WHERE id = @id AND xml = @old";

    // As many as people, so they are read in pages, in the order of their key.
    private const int PageSize = 500;
    private const string TokenCount = "SELECT count(*) FROM user_tokens WHERE value IS NOT NULL";

    private const string TokenRows =
        """
        SELECT user_id, login_provider, name, value FROM user_tokens
        WHERE value IS NOT NULL AND (user_id, login_provider, name) > (@user, @provider, @name)
        ORDER BY user_id, login_provider, name LIMIT @most
        """;

    private const string MarkedTokenRows =
        """
        SELECT user_id, login_provider, name, value FROM user_tokens
        WHERE substr(value, 1, 6) = @mark AND (user_id, login_provider, name) > (@user, @provider, @name)
        ORDER BY user_id, login_provider, name LIMIT @most
        """;

    private const string TokenUpdate =
        """
        UPDATE user_tokens SET value = @new
        WHERE user_id = @user AND login_provider = @provider AND name = @name AND value = @old
        """;

    private const string LetterCount = "SELECT count(*) FROM mail_outbox";

    private const string LetterRows =
        "SELECT id, sealed_letter FROM mail_outbox WHERE id > @after ORDER BY id LIMIT @most";

    private const string LetterUpdate = "UPDATE mail_outbox SET sealed_letter = @new WHERE id = @id AND sealed_letter = @old";

    /// <summary>How many values of people open, and only with SECRET_KEY_PREVIOUS.</summary>
    public async Task<int> CountTokensLeftAsync(CancellationToken cancellationToken)
    {
        var left = 0;
        if (tokens.PreviousMark is not { } mark) return left;
        for (var page = await PageAsync(null); page.Count > 0; page = await PageAsync(page[^1])) left += page.Count(Opens);
        return left;

        Task<List<TokenRow>> PageAsync(TokenRow? last) => TokensAfterAsync(last, MarkedTokenRows, mark, cancellationToken);

        bool Opens(TokenRow row) => tokens.Renew(row.User, row.Provider, row.Name, row.Value).Opens;
    }

    /// <summary>How many mails open, and only with SECRET_KEY_PREVIOUS.</summary>
    public async Task<int> CountLettersLeftAsync(CancellationToken cancellationToken)
    {
        var left = 0;
        await foreach (var (id, box) in LettersAsync(cancellationToken))
        {
            if (letters.Renew(id, box).Value is not null) left++;
        }

        return left;
    }

    /// <param name="report">Called after each row.</param>
    public async Task<RewrapProgress> RunAsync(Action<RewrapProgress> report, CancellationToken cancellationToken)
    {
        var keys = await sql.ListAsync(KeyRing.Rows, SqlValues.None, KeyRing.Read, cancellationToken);
        var protection = await sql.ListAsync(CookieRows, SqlValues.None, ReadCookieKey, cancellationToken);
        var count = await sql.FirstValueAsync(TokenCount, SqlValues.None, row => row.GetInt64(0), cancellationToken);
        var mails = await sql.FirstValueAsync(LetterCount, SqlValues.None, row => row.GetInt64(0), cancellationToken);
        var progress = new RewrapProgress(
            keys.Count + protection.Count + (int)count!.Value + (int)mails!.Value, Done: 0, Rewrapped: 0, []);
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

        for (var page = await PageAsync(null); page.Count > 0; page = await PageAsync(page[^1]))
        {
            foreach (var token in page)
            {
                await StepAsync($"user_tokens of {token.User}", tokens.Renew(token.User, token.Provider, token.Name, token.Value), next =>
                    sql.ExecuteAsync(
                        TokenUpdate,
                        values => values.Add("user", token.User).Add("provider", token.Provider).Add("name", token.Name)
                            .Add("old", token.Value).Add("new", next),
                        cancellationToken));
            }
        }

        await foreach (var (id, box) in LettersAsync(cancellationToken))
        {
            await StepAsync($"mail_outbox {id}", letters.Renew(id, box), next => sql.ExecuteAsync(
                LetterUpdate, values => values.Add("id", id).Add("old", box).Add("new", next), cancellationToken));
        }

        return progress;

        Task<List<TokenRow>> PageAsync(TokenRow? last) => TokensAfterAsync(last, TokenRows, null, cancellationToken);

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

    private async Task<List<TokenRow>> TokensAfterAsync(TokenRow? last, string rows, string? mark, CancellationToken cancellationToken) =>
        await sql.ListAsync(
            rows,
            values =>
            {
                values.Add("user", last?.User ?? Guid.Empty).Add("provider", last?.Provider ?? "").Add("name", last?.Name ?? "")
                    .Add("most", PageSize);
                if (mark is not null) values.Add("mark", mark);
            },
            row => new TokenRow(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3)), cancellationToken);

    private async IAsyncEnumerable<(Guid Id, byte[] Box)> LettersAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var last = Guid.Empty; ;)
        {
            var page = await sql.ListAsync(
                LetterRows, values => values.Add("after", last).Add("most", PageSize),
                row => (Id: row.GetGuid(0), Box: row.GetFieldValue<byte[]>(1)), cancellationToken);
            foreach (var letter in page) yield return letter;
            if (page.Count < PageSize) yield break;
            last = page[^1].Id;
        }
    }

    private sealed record TokenRow(Guid User, string Provider, string Name, string Value);

    internal static (int Id, string Xml) ReadCookieKey(DbDataReader row) => (row.GetInt32(0), row.GetString(1));
}

/// <summary>A sealed value under the current secret.</summary>
/// <param name="Opens">Whether a configured secret opens the value.</param>
/// <param name="Value">Null when there is nothing to write: the value is under the current secret already, or does not open.</param>
public readonly record struct Renewed<T>(bool Opens, T? Value) where T : class;
