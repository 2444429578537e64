using System.Buffers.Text;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Profiles;
using AuthServer.Data.Connection;
using AuthServer.Data.Sql;
using AuthServer.Keys;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Primitives;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Protocol.Authorization;

/// <summary>What was pushed; it is sealed in its row, because hints name people.</summary>
/// <param name="Expires">Until when a sign-in may begin with it, in UTC.</param>
/// <param name="IsSigned">It was a request object of the client (RFC 9101).</param>
public sealed record PushedContent(
    string ClientId, DateTime Expires, bool IsSigned, IReadOnlyDictionary<string, string[]> Parameters);

/// <summary>A pushed request that has not been answered yet.</summary>
public sealed record PushedRequest(Guid RowId, PushedContent Content)
{
    /// <summary>The transaction property that a push has whose parameters are those of a request object.</summary>
    public const string SignedKey = "authplatform:signed-request";

    private const string Key = "authplatform:pushed-request";

    /// <summary>The pushed request that an authorization request stands for; null for one whose parameters are its own.</summary>
    public static PushedRequest? Of(OpenIddictServerTransaction transaction) => transaction.GetProperty<PushedRequest>(Key);

    /// <summary>From here on the transaction has the parameters that were pushed, and no others (RFC 9126 section 4).</summary>
    public void Enter(OpenIddictServerTransaction transaction)
    {
        transaction.Request = new OpenIddictRequest(
            Content.Parameters.Select(p => new KeyValuePair<string, StringValues>(p.Key, p.Value))) { ClientId = Content.ClientId };
        transaction.SetProperty(Key, this);
    }

    /// <summary>The values of a parameter; none where it was not pushed.</summary>
    public string[] All(string name) => Content.Parameters.TryGetValue(name, out var values) ? values : [];

    /// <summary>A parameter that was pushed exactly once.</summary>
    public string? Once(string name) => All(name) is [{ Length: > 0 } value] ? value : null;
}

/// <summary>Stores and finds pushed requests (RFC 9126): one row each, named by 256 random bits of which only the hash is stored.</summary>
public sealed class PushedRequests(
    SqlRunner sql, ClientDirectory clients, PushedRequestOptions options, IDataProtectionProvider protection, TimeProvider time)
{
    /// <summary>RFC 9126 section 2.2.</summary>
    public const string Prefix = "urn:ietf:params:oauth:request_uri:";

    /// <summary>
    /// How long the sign-in that begins with a request may take: the purge of <c>tokens</c> keeps the row for this long after its end.
    /// </summary>
    private static readonly TimeSpan SignInTime = TimeSpan.FromHours(1);

    private const int Size = 32;
    // In characters. JSON escapes some of them by six others, and the seal is a third longer.
    private const int LongestParameters = 16 * 1024, LongestSealed = 160 * 1024;
    private const string Type = TokenTypeIdentifiers.Private.RequestToken;

    private const string StoreSql =
        """
        INSERT INTO tokens (id, application_id, type, status, reference_id, payload, creation_date, expiration_date)
        VALUES (@id, @client, @type, @status, @reference, @payload, @now, @end)
        """;

    private const string FindSql =
        "SELECT id, payload FROM tokens WHERE reference_id = @reference AND type = @type AND status = @valid AND expiration_date > @since";

    private const string AnswerSql =
        """
        UPDATE tokens SET status = @redeemed, redemption_date = @now, concurrency_token = @answer WHERE id = @request AND status = @valid
        """;

    private readonly SealedText _sealed = new(protection, "authplatform/pushed-request/1", LongestSealed);

    /// <summary>Whether a <c>request_uri</c> is of the kind that this server gives out.</summary>
    public static bool IsName(string? requestUri) => requestUri?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    /// <summary>Whether the parameters are more than one request may keep here: anybody may push for a public client.</summary>
    public static bool AreTooLong(IReadOnlyDictionary<string, string[]> parameters) =>
        parameters.Sum(parameter => parameter.Key.Length + parameter.Value.Sum(value => value.Length)) > LongestParameters;

    /// <summary>How many bytes they are when they are sealed, without the little that every request has.</summary>
    public static int LengthOf(IReadOnlyDictionary<string, string[]> parameters) => JsonSerializer.SerializeToUtf8Bytes(parameters).Length;

    /// <summary>RFC 9126 section 2.2: <c>expires_in</c>.</summary>
    public TimeSpan LifetimeFor(RegisteredClient client) => ProfileRequests.Shortened(client.Profile, options.Lifetime);

    /// <returns>The <c>request_uri</c>; null when the client's row is gone, which the directory has then forgotten.</returns>
    public async Task<string?> StoreAsync(
        RegisteredClient client, IReadOnlyDictionary<string, string[]> parameters, bool isSigned, CancellationToken cancellationToken)
    {
        var name = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Size));
        var now = time.GetUtcNow().UtcDateTime;
        var content = new PushedContent(client.ClientId, now + LifetimeFor(client), isSigned, parameters);
        try
        {
            await sql.ExecuteAsync(
                StoreSql,
                values =>
                    values.Add("id", Guid.CreateVersion7(new DateTimeOffset(now, TimeSpan.Zero)))
                        // A client that nobody has allowed anything has no row; what is sealed names it.
                        .Add("client", client.IsKept ? (Guid?)client.Id : null)
                        .Add("type", Type).Add("status", Statuses.Valid).Add("reference", Hash(name))
                        .Add("payload", _sealed.Seal(content)).Add("now", now).Add("end", content.Expires),
                cancellationToken);
            return Prefix + name;
        }
        catch (DbException e) when (MissingReference.IsReasonOf(e))
        {
            clients.Forget(client.ClientId);
            return null;
        }
    }

    /// <summary>Finds a request that was pushed by the client and has not been answered yet.</summary>
    /// <param name="begun">Whether the person has been sent to a page for it, in time: the sign-in may take longer.</param>
    public async Task<PushedRequest?> FindAsync(string? requestUri, string? clientId, bool begun, CancellationToken cancellationToken)
    {
        if (!IsName(requestUri) || requestUri!.Length != Prefix.Length + Base64Url.GetEncodedLength(Size)) return null;
        var now = time.GetUtcNow().UtcDateTime;
        var row = await sql.FirstAsync(
            FindSql,
            values => values.Add("reference", Hash(requestUri[Prefix.Length..])).Add("type", Type).Add("valid", Statuses.Valid)
                .Add("since", begun ? now - SignInTime : now),
            static row => Tuple.Create(row.GetGuid(0), row.GetString(1)), cancellationToken);
        // RFC 9126 section 2.2: bound to the client that pushed it.
        return row is not null && _sealed.Open<PushedContent>(row.Item2) is { } content && content.ClientId == clientId
            ? new PushedRequest(row.Item1, content)
            : null;
    }

    /// <summary>Adds the end of a request to the batch that stores its code: of several callers one writes the row.</summary>
    /// <param name="answer">The mark that this answer, and no other, leaves in the row.</param>
    internal static void Answer(SqlBatch batch, Guid request, string answer, DateTime now) => batch.Add(
        AnswerSql, values => Answered(values, request, answer, now));

    /// <summary>Ends a request that is answered with an error.</summary>
    public async Task AnswerAsync(PushedRequest request, CancellationToken cancellationToken) => await sql.ExecuteAsync(
        AnswerSql, values => Answered(values, request.RowId, "", time.GetUtcNow().UtcDateTime), cancellationToken);

    private static void Answered(SqlValues values, Guid request, string answer, DateTime now) => values
        .Add("redeemed", Statuses.Redeemed).Add("now", now).Add("answer", answer).Add("request", request).Add("valid", Statuses.Valid);

    private static string Hash(string name) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
