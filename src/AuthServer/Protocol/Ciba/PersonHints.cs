using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;
using AuthServer.Keys;
using AuthServer.Users.SignIn;

namespace AuthServer.Protocol.Ciba;

/// <summary>Whom a client means.</summary>
/// <param name="Text">An e-mail address, or the person's sub.</param>
/// <param name="Session">The session of the ID token that says so (sid); null where the client has said it itself.</param>
public sealed record PersonHint(string Text, Guid? Session = null);

/// <summary>Whom a client means: an e-mail address or the sub of a person, or an ID token that it has of them (CIBA Core 7.1).</summary>
public sealed class PersonHints(KeyRing ring, IssuerOptions issuer, AccountLookup accounts, ClientSubjects subjects, SqlRunner sql)
{
    private const int LongestToken = 8 * 1024;

    // A pairwise sub names nobody but by the key, so that the session says who it is. One that is gone is in the audit trail, where its id,
    // which begins with its time, tells where to look.
    private const string OwnerSql =
        """
        SELECT user_id FROM user_sessions WHERE id = @id AND client_id = @client
        UNION ALL
        SELECT subject_id FROM audit_events WHERE occurred_at >= @from AND occurred_at <= @until AND kind = @kind AND session_id = @id
          AND client_id = @client AND subject_id IS NOT NULL
        LIMIT 1
        """;

    private static readonly TimeSpan Earlier = TimeSpan.FromSeconds(10), Later = TimeSpan.FromMinutes(15);

    /// <returns>The subject of an ID token that this server has issued to the client, however old it is; null for anything else.</returns>
    public PersonHint? Read(string idToken, RegisteredClient client)
    {
        if (idToken.Length > LongestToken || idToken.Split('.') is not [{ Length: > 0 } header, { Length: > 0 } payload, { } signature])
        {
            return null;
        }
        if (!Base64Url.IsValid(payload) || !Base64Url.IsValid(signature)) return null;
        foreach (var key in ring.Current.Signing)
        {
            // The header that a key writes settles algorithm, type and key; an access token has another one.
            if (header != key.HeaderOf("JWT")) continue;
            return key.Verifies(Encoding.ASCII.GetBytes($"{header}.{payload}"), Base64Url.DecodeFromChars(signature))
                ? Read(Base64Url.DecodeFromChars(payload), client)
                : null;
        }

        return null;
    }

    /// <summary>The account, if it may sign in. Whether there is one is told to nobody.</summary>
    public async Task<User?> FindAsync(PersonHint hint, RegisteredClient client, CancellationToken stop)
    {
        var user = hint.Session is { } session && client.Sector is not null
            ? await OwnerAsync(session, client, stop) is { } owner && subjects.Means(client, hint.Text, owner)
                ? await accounts.FindAsync(owner, stop) : null
            : Guid.TryParseExact(hint.Text, "D", out var id) ? await accounts.FindAsync(id, stop)
            : await accounts.FindAsync(hint.Text, stop);
        return user is { DisabledAt: null, DeleteAfter: null } ? user : null;
    }

    private ValueTask<Guid?> OwnerAsync(Guid session, RegisteredClient client, CancellationToken stop)
    {
        var opened = OpenedAt(session);
        return sql.FirstValueAsync(
            OwnerSql,
            values => values.Add("id", session).Add("client", client.ClientId).Add("from", opened - Earlier).Add("until", opened + Later)
                .Add("kind", AuditKinds.SessionOpened),
            static row => row.GetGuid(0), stop);
    }

    // RFC 9562 section 5.7: the first 48 bits are milliseconds since 1970.
    private static DateTime OpenedAt(Guid session) => DateTime.UnixEpoch.AddMilliseconds(
        Convert.ToInt64(session.ToString("N")[..12], 16));

    private PersonHint? Read(byte[] payload, RegisteredClient client)
    {
        using var document = JsonDocument.Parse(payload);
        var claims = document.RootElement;
        return claims.TryGetProperty("iss", out var iss) && iss.ValueEquals(issuer.IssuerText)
            && claims.TryGetProperty("aud", out var audience) && audience.ValueKind == JsonValueKind.String
            && audience.ValueEquals(client.ClientId) && claims.TryGetProperty("sub", out var subject)
            && claims.TryGetProperty("sid", out var sid) && sid.TryGetGuid(out var session)
            ? new(subject.GetString()!, session)
            : null;
    }
}
