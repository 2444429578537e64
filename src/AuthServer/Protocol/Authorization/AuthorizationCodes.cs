using System.Buffers.Text;
using System.Collections.Immutable;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthServer.Clients.Directory;
using AuthServer.Data.Connection;
using AuthServer.Data.Sql;
using AuthServer.Sessions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Authorization;

/// <summary>What a code stands for; it stays on the server.</summary>
/// <param name="SessionId">The <c>sid</c> of the tokens, chosen here.</param>
/// <param name="Joins">That session exists already.</param>
public sealed record CodeContent(
    Guid ClientRowId, string ClientId, Guid UserId, Guid SessionId, bool Joins, Guid BrowserSessionId, Guid? AuthorizationId,
    string RedirectUri, string? CodeChallenge, string? Nonce, ImmutableArray<string> Scopes, ImmutableArray<string> Resources,
    string? RequestedClaims)
{
    /// <summary>Of the DPoP key that must redeem it (RFC 9449 section 10); null: any sender may.</summary>
    public string? KeyThumbprint { get; init; }

    /// <summary>When the access ends that the person has allowed; null: when they take it back.</summary>
    public DateTime? Ends { get; init; }
}

/// <summary>Stores and finds authorization codes: 256 random bits for the client, their hash and one row for us.</summary>
public sealed class AuthorizationCodes(SqlRunner sql, ClientDirectory clients, TimeProvider time)
{
    /// <summary>RFC 6749 section 4.1.2 allows ten minutes; an honest client redeems at once.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(60);

    private const int Size = 32;
    private const string Type = TokenTypeIdentifiers.Private.AuthorizationCode;

    private const string StoreSql =
        """
        INSERT INTO tokens (id, application_id, type, status, subject, reference_id, payload, creation_date, expiration_date)
        VALUES (@id, @client, @type, @status, @subject, @reference, @payload, @now, @end)
        """;

    // Of several codes for one pushed request, the one whose transaction has ended the request.
    private const string StoreAnswerSql =
        """
        INSERT INTO tokens (id, application_id, type, status, subject, reference_id, payload, creation_date, expiration_date)
        SELECT @id, @client, @type, @status, @subject, @reference, @payload, @now, @end
        WHERE EXISTS (SELECT 1 FROM tokens r WHERE r.id = @request AND r.concurrency_token = @answer)
        """;

    private const string FindSql = "SELECT id, payload FROM tokens WHERE reference_id = @reference AND type = @type";

    private const string RedeemSql =
        """
        UPDATE tokens SET status = @redeemed, redemption_date = @now, concurrency_token = @redemption
        WHERE id = @id AND status = @valid AND expiration_date > @now
        """;

    // An update, although nothing changes: it waits for a redemption that has not committed yet.
    private const string StatusSql = "UPDATE tokens SET concurrency_token = concurrency_token WHERE id = @id RETURNING status";

    /// <summary>Whether a text has the form of a code of ours.</summary>
    public static bool HasForm(string? text) => text is { Length: 43 } && Base64Url.IsValid(text);

    /// <param name="request">The pushed request that the code answers: it ends in the transaction of the code.</param>
    /// <returns>The code; null when the pushed request has been answered, or when the client's row is gone, which the directory has then
    /// forgotten: ask it again.</returns>
    public async Task<string?> StoreAsync(CodeContent content, PushedRequest? request, CancellationToken cancellationToken)
    {
        var code = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Size));
        var now = time.GetUtcNow().UtcDateTime;
        try
        {
            if (request is not null) return await AnswerAsync(request, content, code, now, cancellationToken) ? code : null;
            await sql.ExecuteAsync(StoreSql, values => Fill(values, content, code, now), cancellationToken);
            return code;
        }
        catch (DbException e) when (MissingReference.IsReasonOf(e))
        {
            clients.Forget(content.ClientId);
            return null;
        }
    }

    private async Task<bool> AnswerAsync(
        PushedRequest request, CodeContent content, string code, DateTime now, CancellationToken cancellationToken)
    {
        var (batch, answer) = (sql.Together(), Guid.CreateVersion7().ToString());
        PushedRequests.Answer(batch, request.RowId, answer, now);
        var stored = batch.Add(
            StoreAnswerSql, values => Fill(values, content, code, now).Add("request", request.RowId).Add("answer", answer));
        await batch.RunAsync(cancellationToken);
        return stored.Written == 1;
    }

    private static SqlValues Fill(SqlValues values, CodeContent content, string code, DateTime now) => values
        .Add("id", Guid.CreateVersion7(new DateTimeOffset(now, TimeSpan.Zero))).Add("client", content.ClientRowId)
        .Add("type", Type).Add("status", Statuses.Valid).Add("subject", content.UserId.ToString())
        .Add("reference", Hash(code)).Add("payload", JsonSerializer.Serialize(content))
        .Add("now", now).Add("end", now + Life);

    /// <summary>The row of a code, redeemed or not.</summary>
    public async Task<StoredCode?> FindAsync(string code, CancellationToken cancellationToken)
    {
        var hash = Hash(code);
        return await sql.FirstAsync(
            FindSql, values => values.Add("reference", hash).Add("type", Type),
            static row => new StoredCode(row.GetGuid(0), JsonSerializer.Deserialize<CodeContent>(row.GetString(1))!), cancellationToken);
    }

    /// <summary>
    /// Adds the redemption of the code to a batch; of several callers one writes the row, the others wait and write none.
    /// </summary>
    public BatchStatement Redeem(SqlBatch batch, Redemption redemption)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return batch.Add(
            RedeemSql,
            values => values.Add("redeemed", Statuses.Redeemed).Add("now", now).Add("redemption", redemption.Id.ToString())
                .Add("id", redemption.CodeRow).Add("valid", Statuses.Valid));
    }

    /// <summary>For a redemption that wrote nothing: was another one first (true), or did the code expire unused?</summary>
    public async Task<bool> WasRedeemedAsync(Guid rowId, CancellationToken cancellationToken) =>
        await sql.FirstAsync(
            StatusSql, values => values.Add("id", rowId), static row => row.GetString(0), cancellationToken) == Statuses.Redeemed;

    private static string Hash(string code) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(code)));
}

/// <summary>A code as it stands in the database.</summary>
public sealed record StoredCode(Guid RowId, CodeContent Content);
