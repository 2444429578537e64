using System.Buffers.Text;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;
using AuthServer.Ui.Emails;
using AuthServer.Users.Notices;
using AuthServer.Users.Providers;

namespace AuthServer.Users.Upstream;

/// <summary>A sign-in of a provider that leads into an account: a row of <c>user_logins</c>.</summary>
/// <param name="Label">What the person knows it by.</param>
/// <param name="At">Since when, in UTC.</param>
public sealed record UpstreamLink(string Issuer, string Subject, string? Label, DateTime? At)
{
    /// <summary>Names it in addresses and forms.</summary>
    public string Id =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes($"{Issuer}\0{Subject}")).AsSpan(0, 16));
}

/// <summary>What became of a sign-in that was to be connected.</summary>
public enum Connection
{
    Made,

    /// <summary>It leads into this account already.</summary>
    WasThere,

    /// <summary>It leads into another account.</summary>
    OfAnother,

    /// <summary>The session of the person has ended meanwhile, or the account was disabled.</summary>
    Ended,
}

/// <summary>What became of a sign-in that was to be disconnected.</summary>
public enum Disconnection
{
    Done,

    /// <summary>The person has no such sign-in, or is signed out meanwhile.</summary>
    NotThere,

    /// <summary>Nobody could sign in to the account any more.</summary>
    LastWayIn,
}

/// <summary>Connects sign-ins of providers with accounts.</summary>
public sealed class UpstreamLinks(
    AuthDbContext db, SqlRunner sql, UpstreamProviders providers, AccountWaysIn waysIn, WayInNotice notice, TimeProvider time)
{
    // Of several at once the primary key lets one in.
    private const string InsertSql =
        """
        INSERT INTO user_logins (login_provider, provider_key, provider_display_name, user_id, created_at)
        VALUES (@issuer, @subject, @label, @user, @now)
        ON CONFLICT (login_provider, provider_key) DO NOTHING
        """;

    private const string OwnerSql = "SELECT user_id FROM user_logins WHERE login_provider = @issuer AND provider_key = @subject";

    private const string ListSql =
        """
        SELECT login_provider, provider_key, provider_display_name, created_at FROM user_logins WHERE user_id = @user
        ORDER BY login_provider, provider_key
        """;

    private const string DeleteSql =
        "DELETE FROM user_logins WHERE login_provider = @issuer AND provider_key = @subject AND user_id = @user";

    public async Task<IReadOnlyList<UpstreamLink>> ListAsync(Guid userId, CancellationToken cancellationToken) =>
        await sql.ListAsync(ListSql, values => values.Add("user", userId), Read, cancellationToken);

    /// <summary>Connects a sign-in that was just proved with the account of a person who has just proved who they are.</summary>
    /// <param name="sessionId">Of the person.</param>
    public async Task<Connection> ConnectAsync(
        UpstreamIdentity identity, Guid userId, Guid sessionId, Caller caller, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await waysIn.HoldAsync(userId, sessionId, cancellationToken)) return Connection.Ended;
        if (!await TryInsertAsync(identity, userId, caller, sessionId))
        {
            var owner = await sql.Within(db).FirstValueAsync(
                OwnerSql, values => values.Add("issuer", identity.Issuer).Add("subject", identity.Subject), row => row.GetGuid(0),
                cancellationToken);
            return owner == userId ? Connection.WasThere : Connection.OfAnother;
        }

        await notice.AddAsync(userId, WayInChange.ProviderConnected, identity.Provider.Label);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        notice.Wake();
        return Connection.Made;
    }

    /// <summary>Adds the row in the caller's transaction; its record is saved by the caller.</summary>
    /// <returns>False when the sign-in leads into an account already.</returns>
    internal async Task<bool> TryInsertAsync(UpstreamIdentity identity, Guid userId, Caller caller, Guid? sessionId)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var added = await sql.Within(db).ExecuteAsync(
            InsertSql,
            values => values.Add("issuer", identity.Issuer).Add("subject", identity.Subject).Add("label", identity.Label)
                .Add("user", userId).Add("now", now),
            CancellationToken.None);
        if (added == 0) return false;
        AuditTrail.Record(
            db, now, AuditKinds.UpstreamConnected, caller, userId, userId, sessionId: sessionId, detail: identity.Provider.Name);
        return true;
    }

    /// <param name="id">Of <see cref="UpstreamLink"/>.</param>
    /// <param name="clientId">The app through which the person does it; null on the pages of this server.</param>
    public async Task<Disconnection> DisconnectAsync(
        Guid userId, string id, Guid sessionId, string? clientId, Caller caller, CancellationToken cancellationToken)
    {
        var links = await ListAsync(userId, cancellationToken);
        if (links.FirstOrDefault(link => link.Id == id) is not { } link) return Disconnection.NotThere;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!await waysIn.HoldAsync(userId, sessionId, cancellationToken)) return Disconnection.NotThere;
        if (!await DeleteAsync(sql.Within(db), userId, link)) return Disconnection.NotThere;
        if (!(await waysIn.FindAsync(userId, cancellationToken)).OpenTheAccount) return Disconnection.LastWayIn;
        AuditTrail.Record(
            db, time.GetUtcNow().UtcDateTime, AuditKinds.UpstreamDisconnected, caller, userId, userId, clientId, sessionId,
            link.Issuer);
        await notice.AddAsync(userId, WayInChange.ProviderDisconnected, LabelOf(link));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        notice.Wake();
        return Disconnection.Done;
    }

    /// <summary>In the caller's transaction, which saves the records: what was connected since a moment leads nowhere any more.</summary>
    /// <param name="since">UTC.</param>
    internal async Task RemoveAsync(Guid userId, DateTime since, string reason, Caller caller)
    {
        var connection = sql.Within(db);
        var links = await connection.ListAsync(ListSql, values => values.Add("user", userId), Read, CancellationToken.None);
        foreach (var link in links.Where(link => link.At is null || link.At >= since))
        {
            await DeleteAsync(connection, userId, link);
            AuditTrail.Record(
                db, time.GetUtcNow().UtcDateTime, AuditKinds.UpstreamDisconnected, caller, userId, userId,
                detail: $"{reason}: {link.Issuer}");
            await notice.AddAsync(userId, WayInChange.ProviderDisconnected, LabelOf(link));
        }
    }

    /// <summary>In the caller's transaction: an admin takes one away.</summary>
    /// <param name="through">Says in the record by which client and session.</param>
    /// <param name="actor">The person who decided it; null: a service account.</param>
    /// <returns>False when the account has no such sign-in.</returns>
    internal async Task<bool> RemoveAsync(Guid userId, string id, Action<AuditEvent> through, Guid? actor, Caller caller)
    {
        var connection = sql.Within(db);
        var links = await connection.ListAsync(ListSql, values => values.Add("user", userId), Read, CancellationToken.None);
        if (links.Find(link => link.Id == id) is not { } link || !await DeleteAsync(connection, userId, link)) return false;
        through(AuditTrail.Record(
            db, time.GetUtcNow().UtcDateTime, AuditKinds.UpstreamDisconnected, caller, actor, userId, detail: link.Issuer));
        await notice.AddAsync(userId, WayInChange.ProviderDisconnected, LabelOf(link), byAdmin: true);
        await db.SaveChangesAsync(CancellationToken.None);
        return true;
    }

    private static async Task<bool> DeleteAsync(OpenedConnection connection, Guid userId, UpstreamLink link) =>
        await connection.ExecuteAsync(
            DeleteSql, values => values.Add("issuer", link.Issuer).Add("subject", link.Subject).Add("user", userId),
            CancellationToken.None) == 1;

    private string LabelOf(UpstreamLink link) => providers.OfIssuer(link.Issuer)?.Label ?? link.Issuer;

    private static UpstreamLink Read(DbDataReader row) => new(row.GetString(0), row.GetString(1), row.Text(2), row.TimeOrNull(3));
}
